package import Events
package import Store

extension SQLiteReader {
    /// Looks an event up by its id. `occurredAt` makes it instant; without it, the time-ordered index of all events is searched through.
    @available(*, noasync)
    package func find(eventID: String, occurredAt: Timestamp? = nil) throws(StoreError) -> WhereReport {
        WhereReport(
            stored: try findStored(eventID, occurredAt), quarantined: try findQuarantined(eventID))
    }

    private func findStored(_ eventID: String, _ occurredAt: Timestamp?) throws(StoreError) -> [WhereReport.Stored] {
        let places = try database.prepare(
            "SELECT occurred_at, place FROM event_identities WHERE event_id = ?1"
                + (occurredAt == nil ? "" : " AND occurred_at = ?2"))
        places.bindID(1, eventID)
        if let occurredAt { places.bind(2, occurredAt) }
        var stored: [WhereReport.Stored] = []
        while try places.step() {
            let occurredAt = places.integer(0)
            let place = EventPlace(number: places.integer(1))
            let (table, seq) = (try place.table(doing: "tell where the event is"), place.seq)
            let row = try database.prepare("SELECT received_at FROM \(table.name) WHERE seq = ?")
            row.bind(1, seq)
            let duplicates = try database.prepare(
                "SELECT count, last_received_at FROM duplicate_events WHERE occurred_at = ? AND event_id = ?")
            duplicates.bind(1, occurredAt)
            duplicates.bindID(2, eventID)
            let cameAgain = try duplicates.step()
            stored.append(
                WhereReport.Stored(
                    table: table.name, seq: seq, occurredAt: occurredAt,
                    receivedAt: try row.step() ? row.integer(0) : 0,
                    duplicates: cameAgain ? duplicates.integer(0) : 0,
                    lastDuplicateAt: cameAgain ? duplicates.integer(1) : nil))
        }
        return stored
    }

    private func findQuarantined(_ eventID: String) throws(StoreError) -> [WhereReport.Quarantined] {
        let rows = try database.prepare(
            """
            SELECT quarantine.id, queue, received_at, reason, pointer, detail, action, resolved_at
            FROM quarantine LEFT JOIN quarantine_resolutions ON quarantine_id = quarantine.id
            WHERE event_id = ? ORDER BY quarantine.id
            """)
        rows.bind(1, eventID)
        var quarantined: [WhereReport.Quarantined] = []
        while try rows.step() {
            quarantined.append(
                WhereReport.Quarantined(
                    id: rows.integer(0), queue: rows.text(1), receivedAt: rows.integer(2), reason: rows.text(3),
                    pointer: rows.text(4), detail: rows.text(5), resolution: rows.optionalText(6),
                    resolvedAt: rows.optionalInteger(7)))
        }
        return quarantined
    }
}
