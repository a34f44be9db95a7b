internal import Events
internal import JSON
internal import Replies

/// What the page *Receipts* lists.
enum ReceiptTables {
    static var markdown: String { "\(statuses)\n\(members)\n\(limits)" }

    private static var statuses: MarkdownTable {
        var table = MarkdownTable("status", "what it means for the producer")
        for outcome in Outcome.allCases { table.add(code(outcome.rawValue), meaning(of: outcome)) }
        return table
    }

    private static func meaning(of outcome: Outcome) -> String {
        switch outcome {
        case .stored: "the event is in the store, on the disk"
        case .duplicate:
            "the message came before: the event is in the store or, if `errors` is not empty, in the quarantine"
        case .quarantined:
            "the message was refused; it is in the quarantine, whole and on the disk, with the reasons that `errors` lists"
        }
    }

    private static var members: MarkdownTable {
        var table = MarkdownTable("member", "type", "present", "what it is")
        add(ReceiptSchema.body, at: "", to: &table)
        return table
    }

    /// A row for each member of an object, then for those in it; `errors[].code` is one of the objects of an array.
    private static func add(_ schema: JSONTree, at path: String, to table: inout MarkdownTable) {
        let required = schema["required"]?.texts ?? []
        for member in schema["properties"]?.members ?? [] {
            let name = path.isEmpty ? member.name : "\(path).\(member.name)"
            table.add(
                code(name), typeName(of: member.value), required.contains(member.name) ? "always" : "sometimes",
                member.value["description"]?.texts.first ?? "")
            add(member.value, at: name, to: &table)
            if let items = member.value["items"] { add(items, at: name + "[]", to: &table) }
        }
    }

    private static func typeName(of schema: JSONTree) -> String {
        if let words = schema["enum"]?.texts {
            return words.count > 4 ? "text" : words.map(code).joined(separator: ", ")
        }
        var name = (schema["type"]?.texts ?? []).map { $0 == "string" ? "text" : $0 }.joined(separator: " or ")
        if let limit = schema["maxItems"]?.number { name += ", at most \(limit)" }
        if let least = schema["minimum"]?.number {
            name += schema["maximum"]?.number.map { ", \(least) to \($0)" } ?? ", at least \(least)"
        }
        return name
    }

    private static var limits: MarkdownTable {
        let limits = OutboxLimits()
        let share = 4 * limits.late / OutboxLimits.receipts(prefetch: 4 * limits.late).late
        var table = MarkdownTable("limit", "value")
        table.add("attempts", "\(limits.tries)")
        table.add(
            "pauses between them",
            "\(seconds(limits.pause(after: 1))), doubled each time, up to \(seconds(limits.pause(after: limits.tries - 1)))"
        )
        table.add("time for the broker to confirm one", seconds(limits.confirm))
        table.add("time that a receipt may be owed", seconds(limits.age))
        table.add("time after which an owed receipt is late", seconds(limits.patience))
        table.add("receipts that may be late, or wait for another attempt", "1/\(share) of `ingest.prefetch`")
        table.add("memory for owed receipts", "\(limits.bytes >> 20) MiB")
        return table
    }

    /// `0.25 s`, `16 s`.
    private static func seconds(_ duration: Duration) -> String {
        let seconds = duration / .seconds(1)
        return "\(Int64(exactly: seconds).map(String.init) ?? "\(seconds)") s"
    }
}

extension JSONTree {
    fileprivate subscript(name: String) -> JSONTree? { members.first { $0.name == name }?.value }

    /// One text, or those of an array.
    fileprivate var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let values): values.flatMap(\.texts)
        default: []
        }
    }

    fileprivate var number: Int64? { if case .integer(let number) = self { number } else { nil } }
}
