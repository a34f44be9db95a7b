internal import Events
package import Store

extension SQLiteReader {
    private static var mostFound: Int { 20 }

    @available(*, noasync)
    package func signal(_ id: Int64, events: Int, _ limit: ReadLimit) throws(StoreError) -> SignalStory {
        try database.inSnapshot { database throws(StoreError) in
            let rows = try database.prepare(
                """
                SELECT kind, seq FROM (
                    SELECT \(EventTable.recommendation.rawValue) AS kind, seq, occurred_at FROM decision_recommendation_events WHERE risk_signal_id = ?1
                    UNION ALL
                    SELECT \(EventTable.outcome.rawValue), seq, occurred_at FROM decision_outcome_snapshots WHERE risk_signal_id = ?1
                    UNION ALL
                    SELECT \(EventTable.view.rawValue), seq, occurred_at FROM admin_view_telemetry WHERE risk_signal_id = ?1
                ) ORDER BY occurred_at DESC, seq DESC LIMIT ?2
                """)
            rows.bind(1, id)
            rows.bind(2, Int64(events) + 1)
            var places: [(kind: EventTable, seq: Int64)] = []
            while try rows.step() {
                if let kind = EventTable(rawValue: rows.integer(0)) { places.append((kind, rows.integer(1))) }
            }
            let isCut = places.count > events
            var steps: [SignalStory.Step] = []
            for place in places.prefix(events).reversed() {
                if let event = try event(place.kind, place.seq) { steps.append(try step(event)) }
            }
            let (quarantined, searched) = try quarantined(naming: id, limit)
            return SignalStory(steps: steps, isCut: isCut, quarantined: quarantined, searched: searched)
        }
    }

    @available(*, noasync)
    package func signals(nextTo id: Int64) throws(StoreError) -> [Int64] {
        let tables: [EventTable] = [.recommendation, .outcome, .view]
        func next(_ function: String, _ comparison: String) throws(StoreError) -> Int64? {
            let selects = tables.map { table in
                "SELECT \(function)(risk_signal_id) AS id FROM \(table.name) WHERE risk_signal_id \(comparison) ?1"
            }
            let row = try database.prepare("SELECT \(function)(id) FROM (\(selects.joined(separator: " UNION ALL ")))")
            row.bind(1, id)
            defer { row.reset() }
            return try row.step() ? row.optionalInteger(0) : nil
        }
        return [try next("max", "<"), try next("min", ">")].compactMap { $0 }
    }

    private func event(_ kind: EventTable, _ seq: Int64) throws(StoreError) -> SignalStory.Event? {
        switch kind {
        case .recommendation: try recommendations([seq]).first.map { .recommendation($0) }
        case .outcome: try outcomes([seq]).first.map { .outcome($0) }
        case .view: try views([seq]).first.map { .view($0) }
        case .profiler: nil
        }
    }

    private func step(_ event: SignalStory.Event) throws(StoreError) -> SignalStory.Step {
        let duplicates = try duplicates(eventID: event.eventID, occurredAt: event.occurredAt)
        return SignalStory.Step(
            event: event,
            warnings: try warnings(seq: event.seq, eventID: event.eventID, occurredAt: event.occurredAt),
            duplicates: duplicates.count, lastDuplicateAt: duplicates.last)
    }

    private func quarantined(naming signal: Int64, _ limit: ReadLimit) throws(StoreError)
        -> ([WhereReport.Quarantined], WhereReport.Searched)
    {
        let total = try database.integer("SELECT count(*) FROM quarantine") ?? 0
        let bodies = try database.prepare("SELECT id, body FROM quarantine ORDER BY id DESC")
        let mention = SignalMention(of: signal)
        var (ids, read): ([Int64], Int) = ([], 0)
        while read < limit.rows, ids.count < Self.mostFound, try bodies.step() {
            if mention.isIn(bodies.bytes(1)) { ids.append(bodies.integer(0)) }
            read += 1
            if read & 0x3F == 0, ContinuousClock.now >= limit.deadline { break }
        }
        bodies.reset()
        return (try quarantined(ids), WhereReport.Searched(messages: Int64(read), total: total))
    }
}

/// Whether a body, which may be no JSON, gives a signal's number as that of its signal.
struct SignalMention {
    private let digits: [UInt8]
    private static let name = Array(#"risk_signal_id""#.utf8)

    init(of signal: Int64) { digits = Array("\(signal)".utf8) }

    func isIn(_ body: UnsafeRawBufferPointer) -> Bool {
        var place = 0
        while let found = Self.find(Self.name, in: body, from: place) {
            place = found + Self.name.count
            if isNext(in: body, at: place) { return true }
        }
        return false
    }

    private func isNext(in body: UnsafeRawBufferPointer, at start: Int) -> Bool {
        var place = start
        func skip(_ isSkipped: (UInt8) -> Bool) { while place < body.count, isSkipped(body[place]) { place += 1 } }
        skip { $0 <= 0x20 }
        guard place < body.count, body[place] == UInt8(ascii: ":") else { return false }
        place += 1
        skip { $0 <= 0x20 || $0 == UInt8(ascii: "\"") }
        guard place + digits.count <= body.count else { return false }
        guard body[place..<place + digits.count].elementsEqual(digits) else { return false }
        place += digits.count
        return place == body.count || !(0x30...0x39).contains(body[place])
    }

    private static func find(_ text: [UInt8], in body: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var place = start
        while place + text.count <= body.count {
            if body[place] == text[0], body[place..<place + text.count].elementsEqual(text) { return place }
            place += 1
        }
        return nil
    }
}
