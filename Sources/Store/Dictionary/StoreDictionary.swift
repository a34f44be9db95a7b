/// The data dictionary: every table, view and column of a store that people read, whatever kind the store is of.
///
/// The view `store_columns`, `alidade schema store` and the page <doc:The-store> are made from it. A name that begins with `_` is not in it.
package enum StoreDictionary {
    /// Without the views with the suffix `_v`.
    package static let tables: [StoreTable] = [
        profilerEvents, profilerSessions, profilerModules, profilerAnswers, profilerDimensions,
        profilerAlignments, eventDimensions, decisionRecommendationEvents, decisionOutcomeSnapshots, adminViewTelemetry,
        recommendationCases, eventWarnings,
        quarantine,
        quarantineResolutions, operations, operationOutcomes, operationEnds, ingestMinutes, duplicateEvents,
        storeColumns,
    ]

    /// All of them, each with times followed by its view.
    package static var tablesAndViews: [StoreTable] { tables.flatMap { [$0] + ($0.readable.map { [$0] } ?? []) } }
}

package struct StoreTable: Sendable {
    package enum Kind: Sendable {
        case table
        /// The database refuses to change or delete its rows.
        case appendOnly
        case view
    }

    package var name: String
    package var kind: Kind
    /// What it has a row for, in sentences.
    package var meaning: String
    package var columns: [StoreColumn]

    init(_ name: String, _ kind: Kind, _ meaning: String, _ columns: [StoreColumn]) {
        (self.name, self.kind, self.meaning, self.columns) = (name, kind, meaning, columns)
    }

    /// The view with the suffix `_v`, whose times are text; nil where there are no times.
    package var readable: StoreTable? {
        guard columns.contains(where: { $0.unit == .time }) else { return nil }
        let shown = columns.map { column in
            guard column.unit == .time else { return column }
            return StoreColumn(column.name, .text, column.meaning, unit: .textTime, null: column.null)
        }
        return StoreTable("\(name)_v", .view, "\(name) with times as text.", shown)
    }
}

package struct StoreColumn: Sendable {
    /// As SQLite spells it.
    package enum Kind: String, Sendable {
        case integer = "INTEGER"
        case real = "REAL"
        case text = "TEXT"
        case blob = "BLOB"
    }

    package enum Unit: String, Sendable {
        case time = "microseconds since 1970-01-01 UTC"
        case textTime = "ISO 8601, UTC"
        case seconds, milliseconds, hours, points, percent, bytes
    }

    package var name: String
    package var type: Kind
    /// One sentence; names and words are in backticks.
    package var meaning: String
    package var unit: Unit?
    /// When it is null; nil where it never is.
    package var null: String?

    init(_ name: String, _ type: Kind, _ meaning: String, unit: Unit? = nil, null: String? = nil) {
        (self.name, self.type, self.meaning, self.unit, self.null) = (name, type, meaning, unit, null)
    }

    /// Meaning and null in one sentence, without marks.
    package var sentence: String {
        let plain = meaning.filter { $0 != "`" && $0 != "*" }
        guard let null else { return plain }
        return "\(plain.dropLast()) (null: \(null.filter { $0 != "`" }))."
    }
}
