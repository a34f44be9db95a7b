/// A hash to know a message again by, never 0; not one to resist an attacker.
package enum Fingerprint {
    package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 { of(bytes, seed: UInt64(bytes.count)) }

    package static func of(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        var hash = seed &* 0x9E37_79B9_7F4A_7C15
        var place = 0
        while place + 8 <= bytes.count {
            hash = (hash ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 0xD6E8_FEB8_6659_FD93
            hash ^= hash >> 32
            place += 8
        }
        while place < bytes.count {
            hash = (hash ^ UInt64(bytes[place])) &* 0xD6E8_FEB8_6659_FD93
            hash ^= hash >> 32
            place += 1
        }
        return hash == 0 ? 1 : hash
    }
}
