internal import Glibc

extension UnsafeRawBufferPointer {
    /// For tables in memory only: nothing that is stored depends on it.
    @inline(__always)
    package func quickHash(_ seed: UInt64) -> UInt64 {
        var hash = (seed ^ UInt64(count)) &* 0x9E37_79B9_7F4A_7C15
        var place = 0
        while place + 8 <= count {
            hash = (hash ^ loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 0xBF58_476D_1CE4_E5B9
            hash ^= hash >> 29
            place += 8
        }
        while place < count {
            hash = (hash ^ UInt64(self[place])) &* 0x94D0_49BB_1331_11EB
            place += 1
        }
        return hash ^ hash >> 32
    }

    @inline(__always)
    package func isSame(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count, let own = baseAddress, let others = other.baseAddress else {
            return count == other.count
        }
        return memcmp(own, others, count) == 0
    }
}
