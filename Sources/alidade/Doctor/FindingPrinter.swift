internal import JSON
internal import Terminal

/// Prints findings: lines as they come, with colours on a terminal, or one JSON array at the end.
struct FindingPrinter {
    private static let checkWidth = 18

    var isJSON: Bool
    private(set) var findings: [Finding] = []

    init(isJSON: Bool) { self.isJSON = isJSON }

    mutating func add(_ finding: Finding) {
        findings.append(finding)
        guard !isJSON else { return }
        Output.print(line(finding))
        // A broker that does not answer takes seconds; what is known by then is shown in a pipe too.
        Output.flush()
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
        Output.print(json: json.text)
    }

    private func line(_ finding: Finding) -> OutputText {
        let status = TerminalStyle.standardOutput.coloured(
            OutputText(finding.status.rawValue).left(7), finding.status.colour)
        let line: OutputText = "\(status)  \(OutputText(finding.check).left(Self.checkWidth))  — \(finding.finding)"
        guard let remedy = finding.remedy else { return line }
        return "\(line)\n\(OutputText(repeating: " ", count: 9))→ \(remedy)"
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
