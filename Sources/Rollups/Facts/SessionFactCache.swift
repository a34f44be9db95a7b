internal import Events

/// The facts and the shapes of the newest session states by their `seq`, and whose they are, so that a session that moves on soon, as most do,
/// is taken back and followed without reading its old state again. Bounded; what is missing is read from the store.
package struct SessionFactCache: ~Copyable {
    private struct Entry {
        var seq: Int64 = 0
        /// Bytes ever written before it.
        var start = 0
        var count: Int32 = 0
        var shapeCount: Int32 = 0
        var user: UInt32 = 0
    }

    private static let capacity = 4 << 20
    private var entries = [Entry](repeating: Entry(), count: 1 << 15)
    private let ring = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
    private var written = 0

    package init() {}

    deinit { ring.deallocate() }

    /// `user` is a hash of the session's user.
    package mutating func keep(
        _ facts: UnsafeRawBufferPointer, _ shape: UnsafeRawBufferPointer, seq: Int64, user: UInt32
    ) {
        let count = facts.count + shape.count
        guard count < Self.capacity / 64 else {
            entries[Self.slot(seq)] = Entry()
            return
        }
        // Never across the end.
        let place = written % Self.capacity
        if place + count > Self.capacity { written += Self.capacity - place }
        let start = written % Self.capacity
        copy(facts, to: start)
        copy(shape, to: start + facts.count)
        entries[Self.slot(seq)] = Entry(
            seq: seq, start: written, count: Int32(facts.count), shapeCount: Int32(shape.count), user: user)
        written += count
    }

    private func copy(_ bytes: UnsafeRawBufferPointer, to place: Int) {
        guard let source = bytes.baseAddress else { return }
        ring.baseAddress?.advanced(by: place).copyMemory(from: source, byteCount: bytes.count)
    }

    /// Valid until the next `keep`.
    package func facts(seq: Int64) -> UnsafeRawBufferPointer? {
        entry(seq).map { bytes(from: $0.start, count: $0.count) }
    }

    /// Of a shape that is kept.
    package mutating func replace(_ history: SessionHistory, seq: Int64) {
        guard let entry = entry(seq), entry.shapeCount >= 40 else { return }
        let place = entry.start % Self.capacity + Int(entry.count)
        ring.storeBytes(of: history.earliestOver, toByteOffset: place + 24, as: Timestamp.self)
        ring.storeBytes(of: history.latestStarted, toByteOffset: place + 32, as: Timestamp.self)
    }

    /// Valid until the next `keep`.
    package func shape(seq: Int64) -> UnsafeRawBufferPointer? {
        entry(seq).map { bytes(from: $0.start + Int($0.count), count: $0.shapeCount) }
    }

    private func entry(_ seq: Int64) -> Entry? {
        let entry = entries[Self.slot(seq)]
        return entry.seq == seq && written - entry.start <= Self.capacity ? entry : nil
    }

    private func bytes(from start: Int, count: Int32) -> UnsafeRawBufferPointer {
        let place = start % Self.capacity
        return UnsafeRawBufferPointer(rebasing: ring[place..<place + Int(count)])
    }

    /// What was kept with the facts; nil where nothing was.
    package func user(seq: Int64) -> UInt32? {
        let entry = entries[Self.slot(seq)]
        return entry.seq == seq ? entry.user : nil
    }

    package mutating func removeAll() {
        for place in entries.indices { entries[place] = Entry() }
    }

    private static func slot(_ seq: Int64) -> Int { Int(truncatingIfNeeded: seq) & (1 << 15 - 1) }
}
