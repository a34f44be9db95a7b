/// The facts of the newest session states by their `seq`, and whose they are, so that a session that moves on soon, as most do, is taken
/// back without reading its old state again. Bounded; what is missing is read from the store.
package struct SessionFactCache: ~Copyable {
    private struct Entry {
        var seq: Int64 = 0
        /// Bytes ever written before it.
        var start = 0
        var count: Int32 = 0
        var user: UInt32 = 0
    }

    private static let capacity = 4 << 20
    private var entries = [Entry](repeating: Entry(), count: 1 << 15)
    private let ring = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
    private var written = 0

    package init() {}

    deinit { ring.deallocate() }

    /// `user` is a hash of the session's user.
    package mutating func keep(_ facts: UnsafeRawBufferPointer, seq: Int64, user: UInt32) {
        guard facts.count < Self.capacity / 64 else { return }
        // Never across the end.
        let place = written % Self.capacity
        if place + facts.count > Self.capacity { written += Self.capacity - place }
        ring.baseAddress?.advanced(by: written % Self.capacity).copyMemory(
            from: facts.baseAddress ?? UnsafeRawPointer(ring.baseAddress!), byteCount: facts.count)
        entries[Self.slot(seq)] = Entry(seq: seq, start: written, count: Int32(facts.count), user: user)
        written += facts.count
    }

    /// Valid until the next `keep`.
    package func facts(seq: Int64) -> UnsafeRawBufferPointer? {
        let entry = entries[Self.slot(seq)]
        guard entry.seq == seq, written - entry.start <= Self.capacity else { return nil }
        let place = entry.start % Self.capacity
        return UnsafeRawBufferPointer(rebasing: ring[place..<place + Int(entry.count)])
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
