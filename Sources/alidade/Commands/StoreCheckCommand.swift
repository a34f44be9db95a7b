internal import ArgumentParser
internal import JSON
internal import Store
internal import Terminal

/// `alidade store check`: is everything as it must be?
struct StoreCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check that the store is whole and that its books balance.",
        discussion: """
            It reads the whole file; the daemon may run meanwhile and does not wait. Exit 0 if all is well, 2 if something is wrong.

            Examples:
              alidade store check
              alidade store check --store sqlite:///backup/alidade.db
            """)

    @Flag(help: "Leave out the derived tables and the comparison of indexes: several times faster.") var quick = false
    @OptionGroup var common: CommonOptions

    private struct Result {
        var name: String
        var claim: String
        var findings: [String]
    }

    func run() throws {
        let store = try common.settings().eventStore()
        var isWrong = false
        func tell(_ result: Result) {
            Output.print(common.json ? OutputText(json: json(result)) : text(result))
            Output.flush()
            isWrong = isWrong || !result.findings.isEmpty
        }
        for check in try open(store, tell) { tell(try result(of: check)) }
        if isWrong { throw ExitStatus.problemsFound.code }
    }

    /// None, and a finding, where there is no store that can be read.
    private func open(_ store: any EventStore, _ tell: (Result) -> Void) throws -> [StoreCheck] {
        do {
            let checks = try store.upkeep.checks(quick: quick)
            tell(Result(name: "schema", claim: "it is a store of this version", findings: []))
            return checks
        } catch let error {
            guard error.isDamage else { throw error }
            tell(Result(name: "schema", claim: "", findings: ["\(error)"]))
            return []
        }
    }

    private func result(of check: StoreCheck) throws -> Result {
        let busy = BusyLine("checking: \(check.name)")
        defer { busy.remove() }
        do {
            return Result(name: check.name, claim: check.claim, findings: try check.findings())
        } catch let error {
            guard error.isDamage || error.isContradiction else { throw error }
            return Result(name: check.name, claim: "", findings: ["\(error)"])
        }
    }

    private func text(_ result: Result) -> OutputText {
        guard !result.findings.isEmpty else { return "ok       \(result.name): \(result.claim)" }
        return result.findings.map { "problem  \(result.name): \($0)" as OutputText }.joined(separator: "\n")
    }

    private func json(_ result: Result) -> String {
        var json = JSONText()
        json.object { json in
            json.member("check", result.name)
            json.member("ok", result.findings.isEmpty)
            json.array("findings") { json in for finding in result.findings { json.string(finding) } }
        }
        return json.text
    }
}

/// A line that stands on a terminal while something takes its time.
private struct BusyLine {
    private let isShown = TerminalStyle.standardError.isRich

    init(_ text: String) {
        if isShown { StandardError.write("\(text)", terminator: "") }
    }

    func remove() {
        if isShown { StandardError.write(TerminalStyle.beginningOfLine, terminator: "") }
    }
}
