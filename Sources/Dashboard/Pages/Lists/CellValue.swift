internal import Events
internal import HTML
internal import JSON
internal import MetricsCatalogue
internal import TimeZones

/// What stands in a cell of a list, in whichever format.
enum CellValue {
    case text(String)
    case integer(Int64)
    case number(Double)
    case time(Timestamp)
    case list([String])
    case flag(Bool)
    case missing

    static func text(_ text: String?) -> CellValue { text.map { .text($0) } ?? .missing }
    static func integer(_ number: Int64?) -> CellValue { number.map { .integer($0) } ?? .missing }
    static func number(_ number: Double?) -> CellValue { number.map { .number($0) } ?? .missing }
    static func time(_ time: Timestamp?) -> CellValue { time.map { .time($0) } ?? .missing }

    func write(to json: inout JSONText, as name: String) {
        switch self {
        case .text(let text): json.member(name, text)
        case .integer(let number): json.member(name, number)
        case .number(let number): json.member(name) { $0.number(number) }
        case .time(let time): json.member(name, RFC3339.text(time))
        case .list(let texts): json.array(name) { json in for text in texts { json.string(text) } }
        case .flag(let flag): json.member(name, flag)
        case .missing: json.member(name) { $0.raw("null") }
        }
    }

    /// For a cell of comma-separated values.
    var csv: String {
        switch self {
        case .text(let text): CSVText.cell(text)
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .time(let time): RFC3339.text(time)
        case .list(let texts): CSVText.cell(texts.joined(separator: " "))
        case .flag(let flag): flag ? "true" : "false"
        case .missing: ""
        }
    }

    /// In one line, for people.
    var shown: String {
        switch self {
        case .text(let text): text
        case .integer(let number): Words.count(number)
        case .number(let number): Words.metric.oneDecimal(number)
        case .time(let time): PageTime(time, .utc).full
        case .list(let texts): texts.joined(separator: ", ")
        case .flag(let flag): flag ? "yes" : "no"
        case .missing: "–"
        }
    }
}
