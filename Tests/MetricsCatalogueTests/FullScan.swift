@testable import SQLiteStore
import Events

@testable import MetricsCatalogue
@testable import Store

/// Computes every metric the straightforward way: reads all rows of the window and counts. Paths are those of ``MetricValue/flattened``.
struct FullScan {
    let database: Database
    let from: Timestamp
    let to: Timestamp
    var values: [String: Double?] = [:]
    /// All cases of the store, once they were asked for.
    var foldedCases: [CaseKey: Case]?
    /// SQL conditions by table: rows that do not meet them are not there.
    var conditions: [String: String] = [:]
    /// The same for cases.
    var wanted: [FactFilter.Condition] = []

    init(_ database: Database, _ window: MetricWindow) {
        self.database = database
        (from, to) = (window.from, window.to)
    }

    /// Rows of `sql`, in which `:from` and `:to` are the window.
    func rows(_ sql: String, isFiltered: Bool = true) throws -> [[String]] {
        var sql = sql.replacing(":from", with: "\(from)").replacing(":to", with: "\(to)")
        for (table, condition) in conditions where isFiltered {
            sql = sql.replacing(table, with: "(SELECT * FROM \(table) WHERE \(condition))")
        }
        let statement = try database.prepare(sql)
        var rows: [[String]] = []
        while try statement.step() {
            rows.append((0..<statement.columnCount).map { statement.isNull($0) ? "" : statement.text($0).spelledOut })
        }
        return rows
    }

    func numbers(_ sql: String) throws -> [Double] { try rows(sql).compactMap { Double($0[0]) } }
    func count(_ sql: String) throws -> Double { try numbers(sql).first ?? 0 }

    mutating func put(_ path: String, _ value: Double?) { values[path] = .some(value) }

    mutating func rate(_ path: String, _ numerator: Double, _ denominator: Double) {
        put(path, denominator == 0 ? nil : numerator / denominator)
    }

    mutating func shares(_ path: String, _ counts: [String: Double]) {
        let total = counts.values.reduce(0, +)
        for (name, count) in counts {
            put("\(path)\(name)/count", count)
            put("\(path)\(name)/total", total)
            rate("\(path)\(name)/share", count, total)
        }
    }

    mutating func quantiles(_ path: String, _ numbers: [Double], _ names: [(String, Double)]) {
        let sorted = numbers.sorted()
        for (name, q) in names {
            let rank = max(1, Int((q * Double(sorted.count)).rounded(.up)))
            put(path + name, sorted.isEmpty ? nil : sorted[rank - 1])
        }
    }

    mutating func numbers(_ path: String, _ numbers: [Double], average: String, _ names: [(String, Double)]) {
        put(path + "count", Double(numbers.count))
        put(path + average, numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count))
        quantiles(path, numbers, names)
    }

    /// Sessions of the window, in their latest state.
    static let completed =
        "(SELECT * FROM profiler_sessions WHERE completion_status IN ('finished', 'locked') AND coalesce(completed_at, occurred_at) >= :from AND coalesce(completed_at, occurred_at) < :to)"

    mutating func tally(_ rows: [[String]]) -> [String: Double] {
        var counts: [String: Double] = [:]
        for row in rows { counts[row[0], default: 0] += 1 }
        return counts
    }
}

extension MetricValue {
    /// Every number by its path, `a/b/c`; booleans are 0 and 1.
    func flattened(_ path: String = "") -> [String: Double?] {
        switch self {
        case .integer(let value): return [path: Double(value)]
        case .number(let value): return [path: value]
        case .rate(let part, let whole): return [path: whole == 0 ? nil : Double(part) / Double(whole)]
        case .boolean(let value): return [path: value.map { $0 ? 1 : 0 }]
        case .text: return [:]
        case .object(let members):
            return members.reduce(into: [:]) { all, member in
                all.merge(
                    member.value.flattened(path.isEmpty ? member.name.spelledOut : "\(path)/\(member.name.spelledOut)")
                ) { $1 }
            }
        case .array(let values):
            return values.enumerated().reduce(into: [:]) { all, next in
                all.merge(next.element.flattened("\(path)/\(next.offset)")) { $1 }
            }
        }
    }
}

extension String {
    /// With its code points where it is not ASCII, so that this scan, which keeps names in dictionaries, tells spellings apart.
    var spelledOut: String {
        unicodeScalars.map { $0.isASCII ? "\($0)" : "<\(String($0.value, radix: 16))>" }.joined()
    }
}
