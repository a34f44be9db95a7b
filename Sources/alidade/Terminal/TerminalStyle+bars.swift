internal import Terminal

extension TerminalStyle {
    static let barWidth = 30

    /// Blocks on a terminal that shows them, plain ASCII anywhere else. The columns are the same.
    func bar(_ percentage: Double) -> OutputText {
        let filled = Int((min(100, max(0, percentage)) / 100 * Double(Self.barWidth)).rounded())
        let (full, empty): (Character, Character) = drawsBlocks ? ("█", "░") : ("#", ".")
        return OutputText(repeating: full, count: filled) + OutputText(repeating: empty, count: Self.barWidth - filled)
    }

    /// Eighths of a block on a terminal that shows them, `#` anywhere else; something above 0 never looks like nothing.
    func shareBar(_ share: Double, width: Int) -> OutputText {
        let share = min(1, max(0, share))
        guard drawsBlocks else {
            let filled = Int((share * Double(width)).rounded())
            return OutputText(repeating: "#", count: share > 0 ? max(1, filled) : 0).left(width)
        }
        var eighths = Int((share * Double(width * 8)).rounded())
        if share > 0, eighths == 0 { eighths = 1 }
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return (OutputText(repeating: "█", count: eighths / 8) + OutputText(parts[eighths % 8])).left(width)
    }
}
