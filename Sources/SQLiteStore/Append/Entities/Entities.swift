internal import Store

/// All entities but sessions, and the tables of all.
enum Entities {
    private static var types: [any Entity.Type] { [LearnerFold.self, RecommendationCases.self] }

    static func make(_ database: Database, in place: RollupSchema.Place) throws(StoreError) -> [any Entity] {
        var entities: [any Entity] = []
        for type in types { entities.append(try type.init(database, in: place)) }
        return entities
    }

    /// Those of sessions before the others.
    static var tables: [EntityTable] {
        [
            EntityTable(name: "_session_folds", columns: SessionSchema.compared, key: "seq") {
                "the fold of the session whose newest event is \($0.integer(0)) differs"
            },
            EntityTable(name: "_session_links", key: "seq") { "the link of event \($0.integer(0)) differs" },
        ] + types.flatMap { $0.tables }
    }

    /// Adds what the intelligence events of a store come to, in a rebuild.
    static func rebuild(_ database: Database, _ rollups: inout RollupFold) throws(StoreError) {
        for type in types { try type.rebuild(database, &rollups) }
    }
}
