internal import Synchronization
internal import Terminal

/// A line on the terminal that shows how far a command has come; silent where standard error is no terminal.
final class ProgressBar: Sendable {
    private static let width = 30

    private let total: UInt64?
    private let unit: String
    private let isShown: Bool
    private let started = ContinuousClock.now
    private let drawnAt = Mutex<ContinuousClock.Instant?>(nil)

    /// `total` in the unit of `update`'s first argument; nil where it is not known, for a pipe. `unit` is that of the second one.
    init(total: UInt64?, unit: String = "messages") {
        self.total = total
        self.unit = unit
        isShown = TerminalStyle.standardError.isRich
    }

    /// Draws at most ten times a second.
    func update(done: UInt64, count: Int) {
        guard isShown else { return }
        let now = ContinuousClock.now
        let isDue = drawnAt.withLock { last in
            if let last, now - last < .milliseconds(100) { return false }
            last = now
            return true
        }
        if isDue { draw(done: done, count: count) }
    }

    /// Draws a last time and leaves the line.
    func finish(done: UInt64, count: Int) {
        guard isShown else { return }
        draw(done: done, count: count)
        StandardError.write("")
    }

    private func draw(done: UInt64, count: Int) {
        let elapsed = started.duration(to: .now)
        let seconds = max(Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18, 0.001)
        var line = "\(count) \(unit), \(Int(Double(count) / seconds))/s"
        if let total, total > 0 {
            let share = min(1, Double(done) / Double(total))
            let filled = Int(share * Double(Self.width))
            let (full, empty): (Character, Character) =
                TerminalStyle.standardError.isUnicode ? ("█", "░") : ("#", ".")
            let bar =
                String(repeating: full, count: filled) + String(repeating: empty, count: Self.width - filled)
            line = "\(bar) \(Int(share * 100)) %  \(line)"
        }
        StandardError.write("\(TerminalStyle.beginningOfLine)\(line)", terminator: "")
    }
}
