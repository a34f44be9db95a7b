internal import Rollups
internal import Store

/// The rows of `_rollup_names`.
struct NameRows {
    private let insert: Statement
    private let find: Statement
    private let findDimensions: Statement

    init(_ database: Database, in place: RollupSchema.Place) throws(StoreError) {
        insert = try database.prepare(
            "INSERT INTO \(place)._rollup_names (domain, id, name, detail) VALUES (?, ?, ?, ?)")
        find = try database.prepare(
            "SELECT name, detail FROM \(place)._rollup_names WHERE domain = ? AND id >= ? ORDER BY id")
        findDimensions = try database.prepare("SELECT number FROM main._dimensions")
    }

    /// Reads what the registry does not know yet: what it knows keeps its number.
    func readOn(_ names: inout NameRegistry) throws(StoreError) {
        for domain in NameDomain.fixed + (try declared()) {
            find.bind(1, Int64(domain.rawValue))
            find.bind(2, Int64(names.count(of: domain)))
            defer { find.reset() }
            while try find.step() { names.know(domain, find.bytes(0), find.isNull(1) ? nil : find.bytes(1)) }
        }
    }

    /// Those of the values of declared dimensions.
    private func declared() throws(StoreError) -> [NameDomain] {
        var domains: [NameDomain] = []
        defer { findDimensions.reset() }
        while try findDimensions.step() { domains.append(.declared(Int(findDimensions.integer(0)))) }
        return domains
    }

    /// Stores the names that are new.
    func write(_ names: inout NameRegistry) throws(StoreError) {
        guard !names.new.isEmpty else { return }
        for name in names.new {
            insert.bind(1, Int64(name.domain.rawValue))
            insert.bind(2, Int64(name.id))
            insert.bind(3, name.name)
            insert.bind(4, name.detail)
            try insert.run(doing: "name a rollup")
        }
        names.stored()
    }
}
