internal import ArgumentParser
internal import Events
internal import Store
internal import Terminal

/// `alidade store check`: is everything as it must be?
struct StoreCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check that the store is whole and that its books balance.",
        discussion: """
            Reads the whole file; the daemon may run meanwhile and does not wait. Exit 0 where all is well, 2 where something is wrong.

            Examples:
              alidade store check
              alidade store check --store sqlite:///backup/alidade.db
            """)

    @Flag(help: "Do not compare indexes with their tables: several times faster on a large store.") var quick = false
    @OptionGroup var common: CommonOptions

    private struct Result {
        var name: String
        var claim: String
        var findings: [String]
    }

    func run() throws {
        let location = try common.settings().storeLocation()
        var isWrong = false
        func tell(_ result: Result) {
            Output.print(common.json ? OutputText(json: json(result)) : text(result))
            Output.flush()
            isWrong = isWrong || !result.findings.isEmpty
        }
        if let reader = try open(location, tell) {
            for check in StoreCheck.all(quick: quick) { tell(try result(of: check, reader)) }
        }
        if isWrong { throw ExitStatus.problemsFound.code }
    }

    /// Nil, and a finding, where the file is not a store that can be read.
    private func open(_ location: StoreLocation, _ tell: (Result) -> Void) throws -> StoreReader? {
        do {
            let reader = try StoreReader.open(location)
            tell(Result(name: "schema", claim: "it is a store of this version", findings: []))
            return reader
        } catch let error {
            guard error.isDamage else { throw error }
            tell(Result(name: "schema", claim: "", findings: ["\(error)"]))
            return nil
        }
    }

    private func result(of check: StoreCheck, _ reader: StoreReader) throws -> Result {
        let busy = BusyLine("checking: \(check.name)")
        defer { busy.remove() }
        do {
            return Result(name: check.name, claim: check.claim, findings: try check.findings(reader))
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

extension StoreError {
    /// The store itself is wrong, rather than the way to it.
    fileprivate var isDamage: Bool {
        switch kind {
        case .corrupt, .notAStore, .newer, .outdated: true
        default: false
        }
    }

    /// In a store that could be opened: a table that is missing, or rows that cannot be.
    fileprivate var isContradiction: Bool { kind == .inconsistent || kind == .other }
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
