extension CellAccumulator {
    /// Sorts by key, least significant byte first, with a pass for each byte in which the keys differ: several times as fast as comparing.
    package static func sort(_ entries: inout [Entry]) {
        guard entries.count > 64 else { return entries.sort { $0.key < $1.key } }
        let differing = entries.reduce(0 as UInt64) { $0 | ($1.key ^ entries[0].key) }
        var other = entries
        var places = [Int](repeating: 0, count: 256)
        for shift in stride(from: UInt64(0), to: 64, by: 8) where differing >> shift & 0xFF != 0 {
            for bucket in places.indices { places[bucket] = 0 }
            entries.withUnsafeBufferPointer { source in
                for entry in source { places[Int(entry.key >> shift & 0xFF)] += 1 }
                var next = 0
                for bucket in places.indices {
                    let count = places[bucket]
                    places[bucket] = next
                    next += count
                }
                other.withUnsafeMutableBufferPointer { target in
                    for entry in source {
                        let bucket = Int(entry.key >> shift & 0xFF)
                        target[places[bucket]] = entry
                        places[bucket] += 1
                    }
                }
            }
            swap(&entries, &other)
        }
    }
}
