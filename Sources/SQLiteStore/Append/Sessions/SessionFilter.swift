internal import Events

/// Tells which sessions are certainly not in `_session_heads`: a Bloom filter whose four bits for a key lie in one cache line.
///
/// One key in some hundred that is not there seems to be; with more keys than ``isFull`` allows, more of them.
struct SessionFilter {
    private static let wordsOfBlock = 8
    private static let bitsPerKey = 12

    private var words: [UInt64]
    private let blockMask: UInt64
    private let capacity: Int
    private var count = 0

    /// For `capacity` keys.
    init(capacity: Int) {
        var blocks = 64
        while blocks * Self.wordsOfBlock * 64 < capacity * Self.bitsPerKey { blocks *= 2 }
        self.capacity = blocks * Self.wordsOfBlock * 64 / Self.bitsPerKey
        blockMask = UInt64(blocks - 1)
        words = Array(repeating: 0, count: blocks * Self.wordsOfBlock)
    }

    var isFull: Bool { count > capacity }

    mutating func insert(_ hash: UInt64) {
        let block = Int(hash & blockMask) * Self.wordsOfBlock
        var bits = hash >> 24
        for _ in 0..<4 {
            let bit = Int(bits & 511)
            words[block + bit >> 6] |= 1 << UInt64(bit & 63)
            bits >>= 9
        }
        count += 1
    }

    @inline(__always)
    func mayContain(_ hash: UInt64) -> Bool {
        let block = Int(hash & blockMask) * Self.wordsOfBlock
        var bits = hash >> 24
        for _ in 0..<4 {
            let bit = Int(bits & 511)
            if words[block + bit >> 6] & 1 << UInt64(bit & 63) == 0 { return false }
            bits >>= 9
        }
        return true
    }

    /// Of a session as it is stored: 16 bytes of a UUID, or text.
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        if let key = UUIDKey(blob: bytes) { return key.filterHash }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return mixed(hash)
    }

    fileprivate static func mixed(_ word: UInt64) -> UInt64 {
        let word = (word ^ word >> 32) &* 0xD6E8_FEB8_6659_FD93
        return word ^ word >> 32
    }
}

extension UUIDKey {
    var filterHash: UInt64 { SessionFilter.mixed(high ^ low &* 0x9E37_79B9_7F4A_7C15) }
}

extension CompactID {
    var filterHash: UInt64 {
        switch self {
        case .uuid(let key): key.filterHash
        case .text(let bytes): SessionFilter.hash(bytes)
        }
    }
}

extension SessionLog.Session {
    var filterHash: UInt64 {
        switch self {
        case .uuid(let key): key.filterHash
        case .text(let text): text.withBytes { SessionFilter.hash($0) }
        }
    }
}
