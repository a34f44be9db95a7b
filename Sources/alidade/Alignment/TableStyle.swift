internal import Glibc

/// How tables look: with bars of blocks on a terminal, in plain ASCII in a pipe or a file. The columns are the same.
struct TableStyle {
    static let barWidth = 30

    var isTerminal: Bool
    /// Whether the locale's character set has blocks: UTF-8.
    var isUnicode = true

    var drawsBlocks: Bool { isTerminal && isUnicode }

    static var standardOutput: TableStyle {
        TableStyle(isTerminal: isatty(STDOUT_FILENO) == 1, isUnicode: localeIsUnicode)
    }

    /// As the C library decides: the first of the three that is set and not empty.
    private static var localeIsUnicode: Bool {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"]
        let values = names.compactMap { name in getenv(name).map { String(cString: $0).lowercased() } }
        guard let locale = values.first(where: { !$0.isEmpty }) else { return false }
        return locale.contains("utf-8") || locale.contains("utf8")
    }

    func bar(_ percentage: Double) -> String {
        let filled = Int((min(100, max(0, percentage)) / 100 * Double(Self.barWidth)).rounded())
        let (full, empty) = drawsBlocks ? ("█", "░") : ("#", ".")
        return String(repeating: full, count: filled) + String(repeating: empty, count: Self.barWidth - filled)
    }

    func emphasised(_ line: String) -> String { isTerminal ? "\u{1B}[1m\(line)\u{1B}[0m" : line }
}

extension String {
    /// Padded behind.
    func left(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    /// Padded in front.
    func right(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }

    /// Cut to `limit` characters.
    func cut(_ limit: Int) -> String { count <= limit ? self : prefix(limit - 1) + "…" }

    /// Without the characters that would do something to a terminal: an id comes from a stranger.
    var printable: String {
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            let isControl =
                scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
            scalars.append(isControl ? "\u{FFFD}" : scalar)
        }
        return String(scalars)
    }

    var withoutTrailingSpaces: String {
        var line = Substring(self)
        while line.last == " " { line.removeLast() }
        return String(line)
    }
}
