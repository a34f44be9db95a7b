internal import Terminal

extension TerminalStyle {
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
