/// The numbers of groups by their keys: an open-addressing table, which is asked for every fact.
struct GroupTable {
    private static let free = UInt64.max

    private var keys = [UInt64](repeating: free, count: 1 << 6)
    private var numbers = [Int64](repeating: 0, count: 1 << 6)
    private var count = 0

    /// Of a key that is not the greatest there is; `new` numbers one that has not been there yet.
    @inline(__always)
    mutating func number(of key: UInt64, new: () -> Int64) -> Int64 {
        let place = place(of: key)
        return keys[place] == key ? numbers[place] : insert(key, new())
    }

    @inline(__always)
    private func place(of key: UInt64) -> Int {
        let mask = keys.count - 1
        var place = Int(truncatingIfNeeded: ((key ^ key >> 31) &* 0x9E37_79B9_7F4A_7C15) >> 20) & mask
        while keys[place] != key, keys[place] != Self.free { place = (place + 1) & mask }
        return place
    }

    @inline(never)
    private mutating func insert(_ key: UInt64, _ number: Int64) -> Int64 {
        count += 1
        if count * 2 > keys.count {
            let (oldKeys, oldNumbers) = (keys, numbers)
            keys = Array(repeating: Self.free, count: oldKeys.count * 2)
            numbers = Array(repeating: 0, count: oldKeys.count * 2)
            for old in oldKeys.indices where oldKeys[old] != Self.free {
                let place = place(of: oldKeys[old])
                (keys[place], numbers[place]) = (oldKeys[old], oldNumbers[old])
            }
        }
        let place = place(of: key)
        (keys[place], numbers[place]) = (key, number)
        return number
    }
}
