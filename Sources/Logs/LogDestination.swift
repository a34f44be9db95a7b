package import Events
internal import Glibc
package import Logging
internal import Synchronization
internal import Threads

/// Where all loggers of the process write: one line for each event, repeated trouble as a count. From any thread.
package final class LogDestination: Sendable {
    private struct State {
        var repeats = RepeatSummary()
        var isFlushPlanned = false
    }

    private let state: Mutex<State>
    /// Apart, so that asking for it never waits for a line that is being written.
    private let sharedLevel: Mutex<Logger.Level>
    private let sharedFormat: Mutex<LogFormat>
    private let write: @Sendable (String) -> Void
    private let time: @Sendable () -> Timestamp

    /// `write` gets whole lines without their end, one at a time.
    package init(
        _ format: LogFormat, level: Logger.Level, time: @escaping @Sendable () -> Timestamp = wallClock,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.write = write
        self.time = time
        state = Mutex(State())
        sharedFormat = Mutex(format)
        sharedLevel = Mutex(level)
    }

    /// A logger that writes here.
    package func logger(labelled label: String = "alidade") -> Logger {
        Logger(label: label) { _ in LineLogHandler(self) }
    }

    /// For all loggers that have no level of their own; may change at any time.
    package var level: Logger.Level {
        get { sharedLevel.withLock { $0 } }
        set { sharedLevel.withLock { $0 = newValue } }
    }

    /// May change at any time, from one line to the next.
    package var format: LogFormat {
        get { sharedFormat.withLock { $0 } }
        set { sharedFormat.withLock { $0 = newValue } }
    }

    /// Writes the counts that are still owed: at the end of the process.
    package func flush() {
        state.withLock { state in put(state.repeats.takeAll(now: .now)) }
    }

    func log(_ line: LogLine) {
        state.withLock { state in
            let (isWritten, before) = state.repeats.admit(line, now: .now)
            put(before)
            if isWritten { put([line]) }
            planFlush(&state)
        }
    }

    /// Under the lock, so that lines keep their order.
    private func put(_ lines: [LogLine]) {
        for line in lines { write(text(of: line)) }
    }

    private func text(of line: LogLine) -> String { format.text(of: line, at: time()) }

    /// The line that stands for `count` others, which nobody can read any more.
    package func notice(ofDropped count: Int) -> String {
        let words = count == 1 ? "a line was dropped" : "\(count) lines were dropped"
        return text(of: LogLine(.warning, "\(words) because nobody reads the log"))
    }

    /// A count is said at the end of its period also when nothing else is logged then.
    private func planFlush(_ state: inout State) {
        guard !state.isFlushPlanned, let due = state.repeats.nextDue else { return }
        state.isFlushPlanned = true
        Task.detached { [weak self] in
            try? await Task.sleep(until: due, clock: .continuous)
            self?.flushDue()
        }
    }

    private func flushDue() {
        state.withLock { state in
            state.isFlushPlanned = false
            put(state.repeats.takeDue(now: .now))
            planFlush(&state)
        }
    }

}
