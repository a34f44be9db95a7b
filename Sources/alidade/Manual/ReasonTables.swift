internal import Events

/// What the page *Reasons and warnings* lists.
enum ReasonTables {
    static var markdown: String {
        var reasons = MarkdownTable("code", "meaning")
        for reason in Rejection.Reason.allCases { reasons.add(link(reason.rawValue), reason.meaning) }
        var warnings = MarkdownTable("code", "meaning")
        for warning in Warning.Code.allCases { warnings.add(link(warning.rawValue), warning.meaning) }
        return "\(reasons)\n\(warnings)"
    }

    private static func link(_ name: String) -> String { "[\(code(name))](#\(name))" }
}
