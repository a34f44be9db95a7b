internal import Glibc

/// A place in a ``ByteArena``: `count` bytes from `offset`.
package struct ByteRange: Sendable, Equatable {
    package var offset: UInt32
    package var count: UInt32

    package init(offset: UInt32, count: UInt32) {
        self.offset = offset
        self.count = count
    }

    package static let empty = ByteRange(offset: 0, count: 0)
    package var isEmpty: Bool { count == 0 }
}

/// The bytes of one batch, end to end in one block that is used again for the next batch: a message costs a copy, not an allocation.
///
/// At least ``padding`` readable bytes follow every range, because simdjson reads past the end of a document.
/// Pointers into the arena are valid until the next `append`; ranges stay valid until `removeAll`.
package struct ByteArena: ~Copyable {
    package static let padding = 64
    private static let initialCapacity = 1 << 16
    /// A block that one giant message has blown up is given back at the next `removeAll`.
    package static let keptCapacity = 8 << 20

    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    package private(set) var count = 0

    package init() {
        capacity = Self.initialCapacity
        base = Self.block(capacity)
    }

    deinit { free(base) }

    /// Room for `total` bytes, no more, in memory that is not touched before it is filled. False where there is no such memory; then nothing
    /// has changed.
    package mutating func reserve(exactly total: Int) -> Bool {
        guard total > capacity else { return true }
        guard let larger = Self.newBlock(total) else { return false }
        move(to: larger, total)
        return true
    }

    /// Forgets what was appended after the first `count` bytes.
    package mutating func truncate(to count: Int) {
        precondition(count <= self.count, "nothing lies behind the end")
        self.count = count
    }

    /// Copies `bytes` to the end.
    @inline(__always)
    @discardableResult
    package mutating func append(_ bytes: UnsafeRawBufferPointer) -> ByteRange {
        let range = ByteRange(offset: UInt32(count), count: UInt32(bytes.count))
        if count + bytes.count > capacity { grow(bytes.count) }
        if let source = bytes.baseAddress, bytes.count > 0 {
            base.advanced(by: count).copyMemory(from: source, byteCount: bytes.count)
        }
        count += bytes.count
        return range
    }

    @discardableResult
    package mutating func append(_ text: some StringProtocol) -> ByteRange {
        var text = String(text)
        return text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Makes `range`, which must be the last one appended, longer by `bytes`: a body arrives frame by frame.
    package mutating func extend(_ range: inout ByteRange, with bytes: UnsafeRawBufferPointer) {
        precondition(Int(range.offset) + Int(range.count) == count, "only the last range can grow")
        append(bytes)
        range.count += UInt32(bytes.count)
    }

    /// The bytes of `range`; valid until the next `append`.
    @inline(__always)
    package subscript(range: ByteRange) -> UnsafeRawBufferPointer {
        precondition(Int(range.offset) + Int(range.count) <= count, "a range of another batch")
        return UnsafeRawBufferPointer(start: base.advanced(by: Int(range.offset)), count: Int(range.count))
    }

    /// The bytes of `range` as text; ill-formed UTF-8 is repaired, so this is for showing, not for comparing.
    package func text(_ range: ByteRange) -> String {
        String(decoding: self[range], as: UTF8.self)
    }

    package mutating func removeAll() {
        count = 0
        guard capacity > Self.keptCapacity else { return }
        free(base)
        capacity = Self.initialCapacity
        base = Self.block(capacity)
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        precondition(count + more <= Int(UInt32.max) - Self.padding, "a batch is bounded far below 4 GiB")
        let grown = max(count + more, capacity * 2)
        move(to: Self.block(grown), grown)
    }

    private mutating func move(to larger: UnsafeMutableRawPointer, _ capacity: Int) {
        larger.copyMemory(from: base, byteCount: count)
        free(base)
        base = larger
        self.capacity = capacity
    }

    private static func block(_ capacity: Int) -> UnsafeMutableRawPointer {
        guard let block = newBlock(capacity) else { preconditionFailure("out of memory") }
        return block
    }

    /// Only the padding is written: the pages of a block that is larger than what comes are never touched.
    private static func newBlock(_ capacity: Int) -> UnsafeMutableRawPointer? {
        var block: UnsafeMutableRawPointer?
        guard posix_memalign(&block, 64, capacity + padding) == 0, let block else { return nil }
        memset(block + capacity, 0, padding)
        return block
    }
}
