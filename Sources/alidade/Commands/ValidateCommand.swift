internal import ArgumentParser
internal import Events
internal import Ingest
internal import Configuration

/// `alidade validate`: the daemon's checks without a store.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check messages and show every error and warning; nothing is stored.",
        discussion:
            "A file holds JSON Lines, or a single JSON document of any layout. Exits 2 where a message would be quarantined."
    )

    @Argument(help: "A file; - is standard input.") var file: String
    @Option(help: "profiler or intelligence: which schema applies.") var kind: MessageKind
    @OptionGroup var common: CommonOptions

    private struct Tally {
        var messages = 0
        var refused = 0
        var warnings = 0
    }

    func run() throws {
        let settings = try common.settings()
        var decoder = MessageDecoder(limits: DecodingLimits(maximumMessageBytes: settings.ingest.maximumMessageBytes))
        var tally = Tally()
        // One document over several lines is not JSON Lines: its first line alone is not JSON.
        if let document = try wholeDocument() {
            check(document, line: 1, &decoder, &tally)
        } else {
            var lines = try LineReader(path: file)
            var line: [UInt8] = []
            while try lines.next({ line = Array($0) }) { check(line, line: lines.lineNumber, &decoder, &tally) }
        }
        if !common.json {
            print("\(tally.messages) messages, \(tally.refused) would be quarantined, \(tally.warnings) warnings")
        }
        if tally.refused > 0 { throw ExitStatus.problemsFound.code }
    }

    /// The content of a small file that is one JSON document spread over several lines; nil for JSON Lines and for standard input.
    private func wholeDocument() throws -> [UInt8]? {
        guard file != "-" else { return nil }
        var lines = try LineReader(path: file)
        var content: [UInt8] = []
        while content.count < 4 << 20, try lines.next({ content += Array($0) + [0x0A] }) {}
        // JSON Lines begin each line with `{`, and a document over several lines has a first line that does not end with `}`.
        let first = content.prefix { $0 != 0x0A }
        let isSpread =
            content.count > first.count + 1 && first.first == UInt8(ascii: "{")
            && first.last { $0 != 0x20 } != UInt8(ascii: "}")
        return isSpread && content.last { $0 > 0x20 } == UInt8(ascii: "}") && first.count < 3 ? content : nil
    }

    private func check(_ body: [UInt8], line: Int, _ decoder: inout MessageDecoder, _ tally: inout Tally) {
        let batch = DeliveryBatch()
        let range = body.withUnsafeBytes { batch.bytes.append($0) }
        batch.deliveries.append(Delivery(tag: 1, queue: kind.queue, receivedAt: wallClock(), body: range))
        decoder.decide(0, in: batch, now: wallClock())
        let errors = batch.rejections.first?.errors ?? []
        let warnings = batch.warnings.map(\.warning)
        tally.messages += 1
        tally.refused += errors.isEmpty ? 0 : 1
        tally.warnings += warnings.count
        if common.json {
            print(json(line, batch, errors, warnings))
        } else {
            for error in errors {
                print("line \(line): error \(error.reason.rawValue) \"\(error.pointer)\": \(error.detail)")
            }
            for warning in warnings {
                print("line \(line): warning \(warning.code.rawValue) \"\(warning.pointer)\": \(warning.detail)")
            }
        }
    }

    private func json(_ line: Int, _ batch: DeliveryBatch, _ errors: [Rejection], _ warnings: [Warning]) -> String {
        let eventID = batch.eventIDText
        var json = JSONText()
        json.object { json in
            json.member("line", line)
            json.member("event_id", eventID)
            json.member("ok", errors.isEmpty)
            json.member("errors", errors)
            json.member("warnings", warnings)
        }
        return json.text
    }
}

extension DeliveryBatch {
    /// The event id of a batch of one.
    fileprivate var eventIDText: String {
        switch decisions.first {
        case .profiler: bytes.text(profilers[0].identity.eventID)
        case .intelligence: bytes.text(intelligence[0].identity.eventID)
        case .rejected: rejections[0].eventID
        case nil: ""
        }
    }
}
