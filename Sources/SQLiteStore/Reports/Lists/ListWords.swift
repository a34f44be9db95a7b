internal import Rollups
internal import Store

extension SQLiteReader {
    /// More words than these are not gone through one by one.
    private static let mostWords = 1000

    /// The order by a column whose values all have numbers, as far as there are few.
    func words(_ domain: NameDomain, of column: String) throws(StoreError) -> ListPlan.Order {
        let rows = try database.prepare("SELECT name FROM _rollup_names WHERE domain = ? ORDER BY name LIMIT ?")
        rows.bind(1, Int64(domain.rawValue))
        rows.bind(2, Int64(Self.mostWords + 1))
        var words: [String] = []
        while try rows.step() { words.append(rows.text(0)) }
        return words.count > Self.mostWords ? .column("e.\(column)") : .words(column: "e.\(column)", words: words)
    }
}

extension [String] {
    /// As SQLite orders texts.
    var inByteOrder: [String] { sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}

extension Database {
    /// One row for each number, in their order; numbers without a row are left out.
    func rows<Row>(
        _ numbers: [Int64], _ statement: Statement, _ make: (Statement) throws(StoreError) -> Row
    ) throws(StoreError) -> [Row] {
        var rows: [Row] = []
        rows.reserveCapacity(numbers.count)
        for number in numbers {
            statement.bind(1, number)
            defer { statement.reset() }
            if try statement.step() { rows.append(try make(statement)) }
        }
        return rows
    }
}
