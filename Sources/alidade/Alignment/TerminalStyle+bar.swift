internal import Terminal

extension TerminalStyle {
    static let barWidth = 30

    /// Blocks on a terminal that shows them, plain ASCII anywhere else. The columns are the same.
    func bar(_ percentage: Double) -> OutputText {
        let filled = Int((min(100, max(0, percentage)) / 100 * Double(Self.barWidth)).rounded())
        let (full, empty): (Character, Character) = drawsBlocks ? ("█", "░") : ("#", ".")
        return OutputText(repeating: full, count: filled) + OutputText(repeating: empty, count: Self.barWidth - filled)
    }
}
