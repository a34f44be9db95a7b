internal import Events
package import Store

extension SQLiteReader {
    /// The newest stored messages among which a neighbour is looked for.
    private static let candidates = 500

    @available(*, noasync)
    package func neighbour(ofRefused body: [UInt8], queue: String) throws(StoreError) -> StoredNeighbour? {
        let (words, names) = body.withUnsafeBytes { body in
            (RefusedWords(body), Set(BodyMember.read(body).map { ByteKey($0.name) }))
        }
        guard queue == IngestQueue.intelligence.name else { return try neighbour(in: .profiler, words) }
        if let table = words.table, table != .profiler { return try neighbour(in: table, words) }
        // Of no kind: the one that it has most in common with.
        var best: (neighbour: StoredNeighbour, common: Int)?
        for table in EventTable.allCases where table != .profiler {
            guard let other = try neighbour(in: table, words) else { continue }
            let common = other.members.count { names.contains(ByteKey($0.name)) }
            if common > best?.common ?? 0 { best = (other, common) }
        }
        return best?.neighbour
    }

    /// Of the same type and version, else of the same type, else the newest.
    private func neighbour(in table: EventTable, _ words: RefusedWords) throws(StoreError) -> StoredNeighbour? {
        let version = words.version.isEmpty ? "unknown" : words.version
        let type = Self.type(table)
        let chosen = try database.prepare(
            """
            SELECT seq FROM (
                SELECT seq, \(type) AS type, \(table == .profiler ? "''" : "explanation_version") AS version
                FROM \(table.name) ORDER BY seq DESC LIMIT \(Self.candidates)
            ) ORDER BY (type = ?1) DESC, (version = ?2) DESC, seq DESC LIMIT 1
            """)
        chosen.bind(1, words.eventType)
        chosen.bind(2, version)
        guard try chosen.step() else { return nil }
        let columns = Self.columns(table)
        let row = try database.prepare(
            """
            SELECT seq, event_id, occurred_at, \(type), \(table == .profiler ? "''" : "explanation_version"),
                   \(table == .profiler ? "payload" : "extra")\(columns.map { ", \($0)" }.joined())
            FROM \(table.name) WHERE seq = ?
            """)
        row.bind(1, chosen.integer(0))
        guard try row.step() else { return nil }
        var members: [BodyMember] = []
        for (place, name) in columns.enumerated() {
            let place = Int32(6 + place)
            guard !row.isNull(place) else { continue }
            // An event without a version is stored as this.
            if name == "explanation_version", row.text(place) == "unknown" { continue }
            members.append(BodyMember(name, row.isText(place) ? .text : .number))
        }
        if !row.isNull(5) { members += BodyMember.read(row.bytes(5)) }
        return StoredNeighbour(
            table: table, seq: row.integer(0), eventID: row.text(1), occurredAt: row.integer(2), eventType: row.text(3),
            version: row.text(4), members: members.filter { !Self.besideBodies.contains($0.name) })
    }

    private static func type(_ table: EventTable) -> String {
        switch table {
        case .profiler: "completion_status"
        case .recommendation: "action_taken"
        case .outcome: "outcome_status"
        case .view: "event_type"
        }
    }

    /// The members that the store has in columns; the others are in the payload.
    private static func columns(_ table: EventTable) -> [String] {
        switch table {
        case .profiler: []
        case .recommendation:
            [
                "risk_signal_id", "admin_user_id", "recommendation_type", "action_taken", "confidence_at_time",
                "decision_time_ms", "explanation_version", "propensity",
            ]
        case .outcome:
            ["risk_signal_id", "outcome_status", "resolution_time_hours", "admin_note_id", "explanation_version"]
        case .view: ["admin_user_id", "event_type", "risk_signal_id", "explanation_version"]
        }
    }

    /// They may have come as properties of the message.
    private static let besideBodies: Set<String> = ["event_id", "occurred_at", "created_at", "emitted_at"]
}
