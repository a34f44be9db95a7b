internal import Events

/// Facts that are not merged yet, stream by stream.
struct FactBuffers: ~Copyable {
    private let writers: UnsafeMutablePointer<FactWriter>
    private static let count = RollupStream.allCases.count
    /// What there was before the running transaction.
    private var kept = [Int](repeating: 0, count: count)

    init() {
        writers = .allocate(capacity: Self.count)
        for place in 0..<Self.count { (writers + place).initialize(to: FactWriter()) }
    }

    deinit {
        writers.deinitialize(count: Self.count)
        writers.deallocate()
    }

    var byteCount: Int {
        var sum = 0
        for place in 0..<Self.count { sum += writers[place].count }
        return sum
    }

    func bytes(of stream: RollupStream) -> UnsafeRawBufferPointer { writers[Int(stream.rawValue)].bytes }

    mutating func add(
        _ content: UnsafeRawBufferPointer, to stream: RollupStream, at time: Timestamp, isRetraction: Bool
    ) {
        Fact.write(content, at: time, isRetraction: isRetraction, to: &writers[Int(stream.rawValue)])
    }

    /// Adds both facts of a state that ``SessionFacts`` wrote.
    mutating func addSession(_ facts: UnsafeRawBufferPointer, isRetraction: Bool) {
        guard var reader = FactReader(facts) else { return }
        let startedAt = reader.word()
        let status = UnsafeRawBufferPointer(rebasing: facts[8..<9])
        add(status, to: .sessionStart, at: startedAt, isRetraction: isRetraction)
        _ = reader.byte()
        guard reader.byte() == 1 else { return }
        let completedAt = reader.word()
        let result = UnsafeRawBufferPointer(rebasing: facts[18...])
        add(result, to: .sessionResult, at: completedAt, isRetraction: isRetraction)
    }

    /// Writes what came since ``keep()``, in the form of the log: stream, length, facts.
    func writeNew(to writer: inout FactWriter) {
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
    mutating func read(_ row: UnsafeRawBufferPointer) {
        Self.forEachStream(of: row) { stream, facts in writers[Int(stream.rawValue)].append(facts) }
    }

    static func forEachStream(
        of row: UnsafeRawBufferPointer, _ body: (RollupStream, UnsafeRawBufferPointer) -> Void
    ) {
        guard var reader = FactReader(row) else { return }
        while !reader.isAtEnd {
            let stream = RollupStream(rawValue: reader.byte())
            let facts = reader.bytes(reader.int())
            if let stream { body(stream, facts) }
        }
    }

    mutating func keep() {
        for place in 0..<Self.count { kept[place] = writers[place].count }
    }

    mutating func removeAll() {
        for place in 0..<Self.count { writers[place].removeAll() }
        keep()
    }
}
