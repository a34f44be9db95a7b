internal import Alignment
internal import ArgumentParser
internal import DaemonSettings
internal import Terminal

/// `alidade score`: how well a payload fits each track, and where that comes from.
struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score", abstract: "Compute the alignment of profiler messages; nothing is stored.",
        discussion: """
            A file holds JSON Lines, or JSON documents of any layout. A message that would be quarantined is \
            reported and skipped, and the exit code is 2; one that only lacks user_id, session_id, \
            completion_status or a time is scored with a warning.

            A model is a path, or the name of a file in /etc/alidade/alignment, /usr/share/alidade/alignment or, in a \
            checkout, config/alignment, without its .json. och-tier0 and och-tier0-profile are built in; a file of such \
            a name in those folders is taken instead.

            Examples:
              alidade score payload.json --explain
              alidade score payloads.jsonl --against my-model.json
            """)

    @Argument(help: "A file; - is standard input.") var file: String
    @Flag(help: "Show what each percentage is made of.") var explain = false
    @Option(help: ArgumentHelp("The model, instead of alignment.model.", valueName: "file-or-name"))
    var model: String?
    @Option(help: ArgumentHelp("Compare with this model over all messages.", valueName: "file-or-name"))
    var against: String?
    @Option(help: "What 100 percent means, instead of alignment.normalisation.")
    var normalisation: Normalisation?
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if explain, against != nil { throw ValidationError("--explain and --against exclude each other") }
    }

    func run() throws {
        let settings = try common.settings()
        let scorer = try settings.scorer(model: model, normalisation: normalisation)
        var decoder = PayloadDecoder(limits: settings.decodingLimits)
        var reader = try PayloadReader.open(file)
        let refused: Int
        if let against {
            let other = try settings.scorer(model: against, normalisation: normalisation)
            refused = try compare(scorer, other, &reader, &decoder)
        } else {
            refused = try score(scorer, &reader, &decoder)
        }
        if reader.problems > 0 { throw ExitStatus.failed.code }
        if refused > 0 { throw ExitStatus.problemsFound.code }
    }

    /// The number of payloads that were refused.
    private func score(
        _ scorer: Scorer, _ reader: inout PayloadReader, _ decoder: inout PayloadDecoder
    ) throws -> Int {
        var (payloads, scored, refused) = (0, 0, 0)
        var scratch = AlignmentScratch()
        let style = TerminalStyle.standardOutput
        let isLong = explain || reader.isSingle
        let lines = ScoreLines(scorer.model)
        if !isLong, !common.json { Output.print(lines.header) }
        while let payload = reader.next() {
            payloads += 1
            switch decoder.decode(payload) {
            case .failure(let refusal):
                refused += 1
                StandardError.write(refusal.text)
            case .success(let decoded):
                let result = ScoredPayload(decoded, by: scorer, in: decoder.batch, explains: explain, &scratch)
                if result.assessment.result != nil { scored += 1 }
                if common.json {
                    Output.print(json: result.json)
                } else if isLong {
                    Output.print(result.table(style))
                } else {
                    Output.print(lines.line(result))
                }
                if isLong, !reader.isSingle, !common.json { Output.print() }
            }
        }
        guard payloads > 0 else { throw noPayload }
        if !common.json, !reader.isSingle {
            let rest = payloads - scored - refused
            Output.print("\(payloads) payloads, \(scored) scored, \(rest) without an alignment, \(refused) refused")
        }
        return refused
    }

    private func compare(
        _ scorer: Scorer, _ other: Scorer, _ reader: inout PayloadReader, _ decoder: inout PayloadDecoder
    ) throws -> Int {
        var comparison = ModelComparison(scorer, against: other)
        var scratch = AlignmentScratch()
        let bar = ProgressBar(total: reader.fileSize)
        while let payload = reader.next() {
            switch decoder.decode(payload) {
            case .failure(let refusal):
                comparison.refused += 1
                StandardError.write(refusal.text)
            case .success(let decoded):
                let first = scorer.assess(decoded.message, in: decoder.batch, &scratch).result
                let second = other.assess(decoded.message, in: decoder.batch, &scratch).result
                comparison.add(first, second, eventID: decoded.eventID, line: decoded.line)
            }
            bar.update(done: reader.bytesRead, count: comparison.payloads)
        }
        guard comparison.payloads > 0 else { throw noPayload }
        bar.finish(done: reader.bytesRead, count: comparison.payloads)
        Output.print(common.json ? OutputText(json: comparison.json) : comparison.table(.standardOutput))
        return comparison.refused
    }

    private var noPayload: Failure {
        ExitStatus.failed.error("could not score \(file == "-" ? "standard input" : file): there is no payload in it")
    }
}

extension Normalisation: ExpressibleByArgument {}
