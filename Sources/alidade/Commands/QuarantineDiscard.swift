internal import ArgumentParser
internal import JSON
internal import Store
internal import Terminal
internal import Threads

/// `alidade quarantine discard`: nobody wants the messages any more; they are kept all the same.
struct QuarantineDiscard: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard", abstract: "Mark quarantined messages as not wanted, with the reason why.",
        discussion: """
            Nothing is deleted. Either all messages that you name are discarded, or, if one of them does not exist, none. Messages that were \
            resolved before stay as they are, so the command may be repeated.

            Examples:
              alidade quarantine discard --id 17 --id 18 --note "a load test"
              alidade quarantine discard --reason not_json --note "noise of a port scanner"
            """)

    @Option(help: "The message's number, as `list` shows it; may be given several times.") var id: [Int64] = []
    @Option(help: "All unresolved messages with this reason code, instead of numbers.") var reason: String?
    @Option(help: "Why; kept with the resolution.") var note: String
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if id.isEmpty == (reason == nil) { throw ValidationError("say which messages: --id or --reason") }
        if note.allSatisfy(\.isWhitespace) {
            throw ValidationError("--note is empty; it says why nobody wants the messages")
        }
    }

    func run() throws {
        let writer = try common.settings().eventStore().writerAgain(StoreModels())
        if let reason {
            let count = try writer.discard(reason: reason, note: note, by: .ofThisProcess, now: wallClock())
            Output.print(common.json ? OutputText(json: json(count, [])) : Self.sentence(count))
            return
        }
        let outcomes = Array(zip(id, try writer.discard(id, note: note, by: .ofThisProcess, now: wallClock())))
        if common.json {
            let before = outcomes.compactMap { id, outcome -> (Int64, String)? in
                if case .resolvedBefore(let action) = outcome { (id, action) } else { nil }
            }
            return Output.print(json: json(Int64(outcomes.count - before.count), before))
        }
        for (id, outcome) in outcomes {
            switch outcome {
            case .discarded: Output.print("discarded \(id)")
            case .resolvedBefore("discard"): Output.print("\(id) was discarded before")
            case .resolvedBefore(let action): Output.print("\(id) was resolved before (\(action)) and stays so")
            }
        }
    }

    private static func sentence(_ count: Int64) -> OutputText {
        count == 1 ? "discarded 1 message" : "discarded \(count) messages"
    }

    private func json(_ discarded: Int64, _ before: [(id: Int64, action: String)]) -> String {
        var json = JSONText()
        json.object { json in
            json.member("discarded", discarded)
            json.array("resolved_before") { json in
                for entry in before {
                    json.object { json in
                        json.member("id", entry.id)
                        json.member("resolution", entry.action)
                    }
                }
            }
        }
        return json.text
    }
}
