extension NumberLists {
    /// The numbers in order. Least significant byte first, with a pass for each byte in which they differ, like ``CellAccumulator/sort(_:)``;
    /// numbers that people write have few such bytes.
    static func sorted(_ numbers: [Double]) -> [Double] {
        guard numbers.count > 64 else { return numbers.sorted() }
        var keys = numbers.map { key(of: $0) }
        let differing = keys.reduce(0) { $0 | ($1 ^ keys[0]) }
        var other = keys
        var places = [Int](repeating: 0, count: 256)
        for shift in stride(from: UInt64(0), to: 64, by: 8) where differing >> shift & 0xFF != 0 {
            for digit in places.indices { places[digit] = 0 }
            for key in keys { places[Int(key >> shift & 0xFF)] += 1 }
            var next = 0
            for digit in places.indices { (places[digit], next) = (next, next + places[digit]) }
            for key in keys {
                let digit = Int(key >> shift & 0xFF)
                other[places[digit]] = key
                places[digit] += 1
            }
            swap(&keys, &other)
        }
        return keys.map { number(of: $0) }
    }

    private static let signBit = UInt64(1) << 63

    /// In the order of the numbers: the bits of those below zero are turned around.
    private static func key(of number: Double) -> UInt64 {
        let bits = number.bitPattern
        return bits & signBit == 0 ? bits | signBit : ~bits
    }

    private static func number(of key: UInt64) -> Double {
        Double(bitPattern: key & signBit == 0 ? ~key : key & ~signBit)
    }
}
