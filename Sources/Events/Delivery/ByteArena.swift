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
    private static let keptCapacity = 8 << 20

    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    package private(set) var count = 0

    package init() {
        capacity = Self.initialCapacity
        base = .allocate(byteCount: capacity + Self.padding, alignment: 64)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: capacity + Self.padding)
    }

    deinit { base.deallocate() }

    /// Copies `bytes` to the end.
    @discardableResult
    package mutating func append(_ bytes: UnsafeRawBufferPointer) -> ByteRange {
        let range = ByteRange(offset: UInt32(count), count: UInt32(bytes.count))
        reserve(bytes.count)
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
        base.deallocate()
        capacity = Self.initialCapacity
        base = .allocate(byteCount: capacity + Self.padding, alignment: 64)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: capacity + Self.padding)
    }

    private mutating func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        precondition(count + more <= Int(UInt32.max) - Self.padding, "a batch is bounded far below 4 GiB")
        let grown = max(count + more, capacity * 2)
        let block = UnsafeMutableRawPointer.allocate(byteCount: grown + Self.padding, alignment: 64)
        block.copyMemory(from: base, byteCount: count)
        block.advanced(by: count).initializeMemory(as: UInt8.self, repeating: 0, count: grown + Self.padding - count)
        base.deallocate()
        base = block
        capacity = grown
    }
}
