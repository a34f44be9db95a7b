internal import Events
internal import Glibc

/// Prints findings: lines as they come, with colours on a terminal, or one JSON array at the end.
struct FindingPrinter {
    private static let checkWidth = 18

    var isJSON: Bool
    var isTerminal = isatty(STDOUT_FILENO) == 1
    private(set) var findings: [Finding] = []

    init(isJSON: Bool) { self.isJSON = isJSON }

    mutating func add(_ finding: Finding) {
        findings.append(finding)
        guard !isJSON else { return }
        print(line(finding))
        // A broker that does not answer takes seconds; what is known by then is shown in a pipe too.
        fflush(nil)
    }

    func finish() {
        guard isJSON else { return }
        var json = JSONText()
        json.array { json in
            for finding in findings {
                json.object { json in
                    json.member("check", finding.check)
                    json.member("status", finding.status.rawValue)
                    json.member("finding", finding.finding)
                    json.member("remedy", finding.remedy)
                }
            }
        }
        print(json.text)
    }

    private func line(_ finding: Finding) -> String {
        let status = finding.status.rawValue.left(7)
        let line =
            (isTerminal ? "\u{1B}[\(finding.status.colour)m\(status)\u{1B}[0m" : status)
            + "  \(finding.check.left(Self.checkWidth))  — \(finding.finding.printable)"
        guard let remedy = finding.remedy else { return line }
        return line + "\n" + String(repeating: " ", count: 9) + "→ \(remedy.printable)"
    }
}

extension Finding.Status {
    /// ANSI: green, yellow, red.
    fileprivate var colour: Int {
        switch self {
        case .ok: 32
        case .warning: 33
        case .problem: 31
        }
    }
}
