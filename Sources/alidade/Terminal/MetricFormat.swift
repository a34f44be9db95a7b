internal import MetricsCatalogue
internal import Terminal

/// Writes single values of a result on a terminal.
struct MetricFormat {
    private let words: MetricWords

    /// Thin spaces between the thousands, where they can be shown; a pipe gets bare digits.
    init(style: TerminalStyle) {
        words = MetricWords(
            separator: style.drawsBlocks ? "\u{202F}" : "", null: style.drawsBlocks ? "–" : "-")
    }

    /// Nil for what is no single value.
    func text(_ value: MetricValue?, _ shape: MetricShape) -> OutputText? {
        words.text(value, shape).map { OutputText($0) }
    }

    func grouped(_ count: Int64) -> String { words.grouped(count) }

    /// With its sign and one decimal.
    func signed(_ number: Double) -> String { words.signed(number) }
}
