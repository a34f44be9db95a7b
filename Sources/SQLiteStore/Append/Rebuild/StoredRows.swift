internal import Events
internal import Store

/// A stored event's row, as far as the derived tables need it. Its bytes are valid until the next one is read.
struct StoredRow {
    let table: EventTable
    let seq: Int64
    let eventID: UnsafeRawBufferPointer
    let occurredAt: Timestamp
    let receivedAt: Timestamp
    let statement: Statement

    /// The columns that follow, which depend on the table.
    static let firstColumn: Int32 = 4
}

/// Walks over all stored events in the order in which they were stored, whichever table they are in.
struct StoredRows {
    private static let columns: [EventTable: String] = [
        .profiler: "session_id",
        .recommendation: """
        action_taken, recommendation_type, confidence_at_time, decision_time_ms, explanation_version, admin_user_id
        """,
        .outcome: "outcome_status, resolution_time_hours, explanation_version",
        .view: "event_type, admin_user_id, explanation_version",
    ]

    /// Each stands on its next row.
    private var cursors: [(table: EventTable, statement: Statement, seq: Int64)] = []

    init(_ database: Database) throws(StoreError) {
        for table in EventTable.allCases {
            let statement = try database.prepare(
                """
                SELECT seq, event_id, occurred_at, received_at, \(Self.columns[table] ?? "") FROM main.\(table.name) ORDER BY seq
                """)
            if try statement.step() { cursors.append((table, statement, statement.integer(0))) }
        }
    }

    mutating func forEach(_ body: (StoredRow) throws(StoreError) -> Void) throws(StoreError) {
        while let next = cursors.indices.min(by: { cursors[$0].seq < cursors[$1].seq }) {
            let (table, statement, seq) = cursors[next]
            try body(
                StoredRow(
                    table: table, seq: seq, eventID: statement.bytes(1), occurredAt: statement.integer(2),
                    receivedAt: statement.integer(3), statement: statement))
            if try statement.step() {
                cursors[next].seq = statement.integer(0)
            } else {
                cursors.remove(at: next)
            }
        }
    }
}

extension StoredRow {
    /// The event of an intelligence table's row; its texts are appended to `bytes`.
    func intelligence(_ bytes: inout ByteArena) throws(StoreError) -> IntelligenceEvent? {
        let column = Self.firstColumn
        func text(_ place: Int32) -> ByteRange { bytes.append(statement.bytes(column + place)) }
        let identity = EventIdentity(eventID: .empty, occurredAt: occurredAt)
        switch table {
        case .profiler: return nil
        case .recommendation:
            let event = IntelligenceEvent.Recommendation(
                action: try statement.word(column, of: table.name), riskSignalID: 0,
                adminUserID: statement.integer(column + 5), recommendationType: text(1),
                confidence: try statement.optionalWord(column + 2, of: table.name),
                decisionTimeMilliseconds: statement.optionalInteger(column + 3))
            return IntelligenceEvent(identity: identity, explanationVersion: text(4), kind: .recommendation(event))
        case .outcome:
            let hours = statement.isNull(column + 1) ? nil : statement.double(column + 1)
            let event = IntelligenceEvent.SignalOutcome(
                status: try statement.word(column, of: table.name), riskSignalID: 0, resolutionTimeHours: hours,
                adminNoteID: nil)
            return IntelligenceEvent(identity: identity, explanationVersion: text(2), kind: .outcome(event))
        case .view:
            let event = IntelligenceEvent.AdminView(
                eventType: try statement.word(column, of: table.name), adminUserID: statement.integer(column + 1),
                riskSignalID: nil)
            return IntelligenceEvent(identity: identity, explanationVersion: text(2), kind: .view(event))
        }
    }
}
