internal import Events
internal import JSON
internal import Store

/// One operation and its outcomes, as files.
enum OperationFile {
    /// The operation, how many messages had which outcome, and a page of them.
    static func json(_ entry: OperationEntry, _ progress: OperationProgress, _ outcomes: [OperationOutcome])
        -> PageAnswer
    {
        var json = JSONText()
        json.object { json in
            for column in OperationsPage.columns { column.value(entry).write(to: &json, as: column.name) }
            json.array("counts") { json in
                for count in progress.counts {
                    json.object { json in
                        json.member("outcome", count.outcome.rawValue)
                        json.member("detail", count.detail)
                        json.member("count", count.count)
                    }
                }
            }
            json.array("outcomes") { json in
                for outcome in outcomes {
                    json.object { json in
                        json.member("quarantine_id", outcome.quarantineID)
                        json.member("outcome", outcome.outcome.rawValue)
                        json.member("detail", outcome.detail)
                    }
                }
            }
        }
        return .json(200, json.text)
    }

    /// Every outcome, a row for each message.
    static func csv(_ id: Int64, _ word: OperationOutcome.Word?) -> PageAnswer {
        PageAnswer(
            contentType: CSVText.contentType, pieces: OutcomePieces(id, word),
            fields: ["Content-Disposition": "attachment; filename=\"operation-\(id).csv\""])
    }
}

/// Used by one piece after the other: the thread of the pages makes each.
private final class OutcomePieces: PieceSource, @unchecked Sendable {
    private let id: Int64
    private let word: OperationOutcome.Word?
    private var after: Int64 = 0
    private var isBegun = false
    private var isOver = false

    init(_ id: Int64, _ word: OperationOutcome.Word?) {
        self.id = id
        self.word = word
    }

    func next(_ reader: PageReader) throws -> [UInt8]? {
        guard !isOver else { return nil }
        let outcomes = try reader.reader().outcomes(of: id, word, after: after, count: ListLimit.rows)
        isOver = outcomes.count < ListLimit.rows
        after = outcomes.last?.quarantineID ?? after
        let head = isBegun ? "" : CSVText.row(["quarantine_id", "outcome", "detail"])
        isBegun = true
        let rows = outcomes.map {
            CSVText.row(["\($0.quarantineID)", $0.outcome.rawValue, CSVText.cell($0.detail ?? "")])
        }
        return Array((head + rows.joined()).utf8)
    }
}
