package import Events

/// Facts that are not merged yet, stream by stream.
package struct FactBuffers: ~Copyable {
    private let writers: UnsafeMutablePointer<FactWriter>
    private static let count = RollupStream.tableSize
    /// What there was before the running transaction.
    private var kept = [Int](repeating: 0, count: count)

    package init() {
        writers = .allocate(capacity: Self.count)
        for place in 0..<Self.count { (writers + place).initialize(to: FactWriter()) }
    }

    deinit {
        writers.deinitialize(count: Self.count)
        writers.deallocate()
    }

    package var byteCount: Int {
        var sum = 0
        for place in 0..<Self.count { sum += writers[place].count }
        return sum
    }

    package func bytes(of stream: RollupStream) -> UnsafeRawBufferPointer { writers[Int(stream.rawValue)].bytes }

    package mutating func add(
        _ content: UnsafeRawBufferPointer, to stream: RollupStream, at time: Timestamp, isRetraction: Bool
    ) {
        Fact.write(content, at: time, isRetraction: isRetraction, to: &writers[Int(stream.rawValue)])
    }

    /// Writes what came since ``keep()``, in the form of the log: stream, length, facts.
    package func writeNew(to writer: inout FactWriter) {
        for stream in RollupStream.allCases {
            let place = Int(stream.rawValue)
            let new = UnsafeRawBufferPointer(rebasing: writers[place].bytes[kept[place]...])
            guard !new.isEmpty else { continue }
            writer.byte(stream.rawValue)
            writer.varint(new.count)
            writer.append(new)
        }
    }

    /// Adds a row of the log.
    package mutating func read(_ row: UnsafeRawBufferPointer) {
        Self.forEachStream(of: row) { stream, facts in writers[Int(stream.rawValue)].append(facts) }
    }

    package static func forEachStream(
        of row: UnsafeRawBufferPointer, _ body: (RollupStream, UnsafeRawBufferPointer) -> Void
    ) {
        guard var reader = FactReader(row) else { return }
        while !reader.isAtEnd {
            let stream = RollupStream(rawValue: reader.byte())
            let facts = reader.bytes(reader.int())
            if let stream { body(stream, facts) }
        }
    }

    package mutating func keep() {
        for place in 0..<Self.count { kept[place] = writers[place].count }
    }

    package mutating func removeAll() {
        for place in 0..<Self.count { writers[place].removeAll() }
        keep()
    }
}
