internal import Events
internal import Rollups
internal import Store

/// The rollups' rows, read on a connection of its own that cannot write.
final class SQLiteRollups: RollupSource {
    private let database: Database
    private let begin: Statement
    private let end: Statement
    private let nodes: Statement
    private let parts: Statement
    private let facts: Statement
    private let partsWithin: Statement
    private let log: Statement
    private let name: Statement
    private let dimension: Statement
    private let state: Statement

    init(_ database: Database) throws(StoreError) {
        self.database = database
        begin = try database.prepare("BEGIN")
        end = try database.prepare("COMMIT")
        nodes = try database.prepare("SELECT cells, node FROM _rollup_cells WHERE node >= ? AND node < ?")
        parts = try database.prepare(
            "SELECT part, earliest_at, latest_at, length(facts) FROM _rollup_facts WHERE part BETWEEN ? AND ?")
        facts = try database.prepare("SELECT facts FROM _rollup_facts WHERE part = ?")
        partsWithin = try database.prepare(
            """
            SELECT part, facts FROM _rollup_facts WHERE part BETWEEN ? AND ? AND latest_at >= ? AND earliest_at < ?
            ORDER BY part
            """)
        log = try database.prepare("SELECT facts FROM _rollup_pending ORDER BY id")
        name = try database.prepare("SELECT name, detail FROM _rollup_names WHERE domain = ? AND id = ?")
        dimension = try database.prepare("SELECT number FROM _dimensions WHERE name = ?")
        state = try database.prepare(
            """
            SELECT max(CASE name WHEN 'epoch' THEN value END), max(CASE name WHEN 'format' THEN value END),
                   max(CASE name WHEN 'stored_until' THEN value END), (SELECT id FROM _store_identity)
            FROM _rollup_state
            """)
    }

    @available(*, noasync)
    func snapshot<Result>(_ body: (RollupState) throws(StoreError) -> Result) throws(StoreError) -> Result {
        try begin.run(doing: "read the metrics")
        defer { try? end.run() }
        return try body(try readState())
    }

    private func readState() throws(StoreError) -> RollupState {
        defer { state.reset() }
        guard try state.step() else { return RollupState(epoch: 0, format: 0, storeID: "") }
        return RollupState(
            epoch: state.integer(0), format: state.integer(1), storeID: state.text(3),
            storedUntil: state.optionalInteger(2))
    }

    func forEachNode(_ range: Range<Int64>, _ body: (_ node: Int64, UnsafeRawBufferPointer) -> Void) throws(StoreError)
    {
        nodes.bind(1, range.lowerBound)
        nodes.bind(2, range.upperBound)
        defer { nodes.reset() }
        while try nodes.step() { body(nodes.integer(1), nodes.bytes(0)) }
    }

    func parts(_ range: ClosedRange<Int64>) throws(StoreError) -> [RollupPart] {
        parts.bind(1, range.lowerBound)
        parts.bind(2, range.upperBound)
        defer { parts.reset() }
        var found: [RollupPart] = []
        while try parts.step() {
            found.append(
                RollupPart(
                    number: parts.integer(0), earliest: parts.integer(1), latest: parts.integer(2),
                    size: parts.integer(3)))
        }
        return found
    }

    func facts(ofPart number: Int64, _ body: (UnsafeRawBufferPointer) -> Void) throws(StoreError) {
        facts.bind(1, number)
        defer { facts.reset() }
        if try facts.step() { body(facts.bytes(0)) }
    }

    func forEachPart(
        _ range: ClosedRange<Int64>, within times: Range<Timestamp>,
        _ body: (_ part: Int64, UnsafeRawBufferPointer) throws(StoreError) -> Void
    ) throws(StoreError) {
        partsWithin.bind(1, range.lowerBound)
        partsWithin.bind(2, range.upperBound)
        partsWithin.bind(3, times.lowerBound)
        partsWithin.bind(4, times.upperBound)
        defer { partsWithin.reset() }
        while try partsWithin.step() { try body(partsWithin.integer(0), partsWithin.bytes(1)) }
    }

    func forEachPending(_ body: (UnsafeRawBufferPointer) -> Void) throws(StoreError) {
        defer { log.reset() }
        while try log.step() { body(log.bytes(0)) }
    }

    func name(_ domain: NameDomain, _ id: Int) throws(StoreError) -> (name: String, detail: String?)? {
        name.bind(1, Int64(domain.rawValue))
        name.bind(2, Int64(id))
        defer { name.reset() }
        return try name.step() ? (name.text(0), name.optionalText(1)) : nil
    }

    func dimension(named name: String) throws(StoreError) -> Int? {
        dimension.bind(1, name)
        defer { dimension.reset() }
        return try dimension.step() ? Int(dimension.integer(0)) : nil
    }
}
