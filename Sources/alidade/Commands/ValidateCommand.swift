internal import Alignment
internal import ArgumentParser
internal import Events
internal import DaemonSettings
internal import JSON
internal import Terminal
internal import Threads

/// `alidade validate`: the daemon's checks without a store.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check messages and show every error and warning; nothing is stored.",
        discussion: """
            A file holds JSON Lines, or JSON documents of any layout. The exit code is 2 if a message would be quarantined.

            Examples:
              alidade validate events.jsonl --kind intelligence
              alidade validate one.json --kind profiler --json
              alidade validate events.jsonl --kind profiler --strict
              alidade validate events.jsonl --kind profiler --naive-times utc
            """)

    @Argument(help: "A file; - is standard input.") var file: String
    @Option(help: "profiler or intelligence: which schema applies.") var kind: MessageKind
    @Flag(help: "As ingest.strict: what has to be read with good will is an error.") var strict = false
    @Option(help: "As ingest.naive_times: refuse or utc; otherwise as it is configured.")
    var naiveTimes: Settings.Ingest.NaiveTimes?
    @OptionGroup var common: CommonOptions

    private struct Tally {
        var messages = 0
        var refused = 0
        var warnings = 0
    }

    func run() throws {
        var settings = try common.settings()
        if strict { settings.ingest.isStrict = true }
        if let naiveTimes { settings.ingest.naiveTimes = naiveTimes }
        var decoder = MessageDecoder(limits: settings.decodingLimits, dimensions: try settings.declaredDimensions())
        // Intelligence events have no alignment, and need no model that can be loaded.
        let scorer = kind == .profiler ? try settings.scorer() : nil
        var scratch = AlignmentScratch()
        let batch = DeliveryBatch()
        var tally = Tally()
        var unreadable = 0
        var reader = try PayloadReader.open(file)
        while let payload = reader.next() {
            if let flaw = decide(payload.body, batch, &decoder) {
                StandardError.write("line \(payload.line): an exported message that cannot be read: \(flaw)")
                unreadable += 1
                continue
            }
            if let scorer, let message = batch.profilers.first {
                _ = scorer.assess(message, in: batch, &scratch)
                batch.warn(0, scratch.warnings)
            }
            report(batch, line: payload.line, &tally)
        }
        if !common.json {
            Output.print(
                "\(tally.messages) messages, \(tally.refused) would be quarantined, \(tally.warnings) warnings")
        }
        if reader.problems + unreadable > 0 { throw ExitStatus.failed.code }
        if tally.refused > 0 { throw ExitStatus.problemsFound.code }
    }

    /// Makes `body` the only message of `batch`; what is wrong where it was exported and cannot be read.
    private func decide(_ body: [UInt8], _ batch: DeliveryBatch, _ decoder: inout MessageDecoder)
        -> ExportedMessage.Flaw?
    {
        batch.removeAll()
        let now = wallClock()
        if body.withUnsafeBytes(ExportedMessage.isOne) {
            let flaw = body.withUnsafeBytes { line -> ExportedMessage.Flaw? in
                do throws(ExportedMessage.Flaw) {
                    try ExportedMessage.read(line, into: batch, tag: 1, receivedAt: now)
                    return nil
                } catch { return error }
            }
            if let flaw { return flaw }
        } else {
            let range = body.withUnsafeBytes { batch.bytes.append($0) }
            batch.deliveries.append(Delivery(tag: 1, queue: kind.queue, receivedAt: now, body: range))
        }
        decoder.decide(0, in: batch, now: now)
        return nil
    }

    private func report(_ batch: DeliveryBatch, line: Int, _ tally: inout Tally) {
        let refusal = batch.refusal(of: 0)
        let errors = refusal?.errors ?? []
        let errorCount = refusal?.errorCount ?? 0
        let warnings = batch.warnings(of: 0)
        let warningCount = warnings.count + batch.warningCountLeftOut(of: 0)
        tally.messages += 1
        tally.refused += errors.isEmpty ? 0 : 1
        tally.warnings += warningCount
        if common.json {
            Output.print(json: json(line, batch, errors, errorCount, warnings, warningCount))
        } else {
            for error in errors {
                Output.print("line \(line): error \(error.reason.rawValue) \"\(error.pointer)\": \(error.detail)")
            }
            if errorCount > errors.count { Output.print("line \(line): \(errorCount - errors.count) more errors") }
            for warning in warnings {
                Output.print("line \(line): warning \(warning.code.rawValue) \"\(warning.pointer)\": \(warning.detail)")
            }
            if warningCount > warnings.count {
                Output.print("line \(line): \(warningCount - warnings.count) more warnings")
            }
        }
    }

    private func json(
        _ line: Int, _ batch: DeliveryBatch, _ errors: [Rejection], _ errorCount: Int, _ warnings: [Warning],
        _ warningCount: Int
    ) -> String {
        let eventID = batch.eventID(of: 0)
        var json = JSONText()
        json.object { json in
            json.member("line", line)
            json.member("event_id", eventID)
            json.member("ok", errors.isEmpty)
            json.member("errors", errors)
            json.member("error_count", errorCount)
            json.member("warnings", warnings)
            json.member("warning_count", warningCount)
        }
        return json.text
    }
}

extension Settings.Ingest.NaiveTimes: ExpressibleByArgument {}
