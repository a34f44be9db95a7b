internal import Events
internal import Rollups
internal import Store

/// Looks for sums below zero: whatever is counted and added up is never negative.
struct SumCheck {
    /// More sentences would not be read.
    private static let limit = 20

    private(set) var sentences: [String] = []

    init(_ database: Database) throws(StoreError) {
        var count = 0
        let rows = try database.prepare("SELECT node, cells FROM main._rollup_cells")
        while try rows.step() {
            var negative = 0
            CellBlob.forEach(rows.bytes(1)) { _, value in if value < 0 { negative += 1 } }
            guard negative > 0 else { continue }
            count += 1
            if count <= Self.limit {
                sentences.append("\(RollupSlot.name(ofNode: rows.integer(0))) has \(negative) sums below zero")
            }
        }
        if count > Self.limit { sentences.append("and so have \(count - Self.limit) more") }
        let negatives = [
            "ingest_minutes": "min(received, stored, duplicates, quarantined, bytes) < 0",
            "_duplicate_events": "count < 1",
        ]
        for (table, condition) in negatives {
            let rows = try database.integer("SELECT count(*) FROM main.\(table) WHERE \(condition)") ?? 0
            if rows > 0 { sentences.append("\(table) has \(rows) rows with a count that cannot be") }
        }
    }
}

extension RollupSlot {
    /// A row of `_rollup_cells`, for people.
    static func name(ofNode node: Int64) -> String {
        let family = RollupFamily(rawValue: UInt8(truncatingIfNeeded: node >> 40))
        let level = Int(node >> 32 & 0xFF)
        let slot = node & 0xFFFF_FFFF
        let start = start(of: slot << Int64(level * fanOutBits))
        return "\(family.map { "\($0)" } ?? "an unknown family") from \(RFC3339.text(start)), level \(level),"
    }
}
