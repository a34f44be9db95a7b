internal import Events

/// Conditions on the rows of a list, and the values that their parameters stand for.
struct ListConditions {
    enum Value {
        case integer(Int64)
        case number(Double)
        case text(String)
        /// In its compact form.
        case id(String)
    }

    private(set) var terms: [String] = []
    private(set) var values: [Value] = []

    /// The parameter that stands for a value.
    mutating func parameter(_ value: Value) -> String {
        values.append(value)
        return "?\(values.count)"
    }

    mutating func add(_ term: String) { terms.append(term) }

    /// `\(column) \(comparison) value`, where there is one.
    mutating func add(_ column: String, _ comparison: String, _ value: Int64?) {
        if let value { add("\(column) \(comparison) \(parameter(.integer(value)))") }
    }

    mutating func add(_ column: String, _ comparison: String, _ value: Double?) {
        if let value { add("\(column) \(comparison) \(parameter(.number(value)))") }
    }

    mutating func add(_ column: String, _ comparison: String, _ value: String?) {
        if let value { add("\(column) \(comparison) \(parameter(.text(value)))") }
    }

    /// One of some words; all, where there are none.
    mutating func add(_ column: String, isOneOf words: [String]) {
        guard !words.isEmpty else { return }
        var parameters: [String] = []
        for word in words { parameters.append(parameter(.text(word))) }
        add("\(column) IN (\(parameters.joined(separator: ", ")))")
    }

    /// Events with a warning of a code, which rows of before schema 6 do not name by their number.
    mutating func add(warning code: String?) {
        guard let code else { return }
        let parameter = parameter(.text(code))
        add(
            """
            (EXISTS (SELECT 1 FROM event_warnings AS w WHERE w.seq = e.seq AND w.code = \(parameter)) OR EXISTS (
                SELECT 1 FROM event_warnings AS w
                WHERE w.seq IS NULL AND w.occurred_at = e.occurred_at AND w.event_id = e.event_id AND w.code = \(parameter)))
            """)
    }

    func bind(to statement: Statement) {
        for (place, value) in values.enumerated() {
            let place = Int32(place + 1)
            switch value {
            case .integer(let number): statement.bind(place, number)
            case .number(let number): statement.bind(place, number as Double?)
            case .text(let text): statement.bind(place, text)
            case .id(let id): statement.bindID(place, id)
            }
        }
    }

    /// All of them, to stand in brackets or behind `AND`.
    var sql: String { terms.isEmpty ? "1" : terms.joined(separator: " AND ") }
}
