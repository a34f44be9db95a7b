internal import Glibc

/// What a stream can show.
package struct TerminalStyle: Sendable {
    /// Colours, bold, and lines that are drawn over: on a terminal that can do it, where nobody has asked for plain text.
    package var isRich: Bool
    /// Whether the locale's character set has blocks: UTF-8.
    package var isUnicode: Bool

    package init(isRich: Bool, isUnicode: Bool) {
        self.isRich = isRich
        self.isUnicode = isUnicode
    }

    package static let standardOutput = TerminalStyle(of: STDOUT_FILENO)
    package static let standardError = TerminalStyle(of: STDERR_FILENO)

    /// `NO_COLOR` with any value, or a `TERM` that is `dumb` or not set, makes a terminal like a pipe.
    private init(of descriptor: Int32) {
        func variable(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        isRich =
            isatty(descriptor) == 1 && variable("NO_COLOR") == nil && ![nil, "dumb"].contains(variable("TERM"))
        // As the C library decides: the first of the three that is set and not empty.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(variable).first?.lowercased() ?? ""
        isUnicode = locale.contains("utf-8") || locale.contains("utf8")
    }

    package var drawsBlocks: Bool { isRich && isUnicode }

    package func bold(_ line: OutputText) -> OutputText { isRich ? "\u{1B}[1m\(line)\u{1B}[0m" : line }

    /// An ANSI colour: 31 is red.
    package func coloured(_ text: OutputText, _ colour: Int) -> OutputText {
        isRich ? "\u{1B}[\(colour)m\(text)\u{1B}[0m" : text
    }

    /// Goes back to the beginning of the line and clears it.
    package static let beginningOfLine: OutputText = "\r\u{1B}[K"
}
