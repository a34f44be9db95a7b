internal import Logging

/// Keeps the same trouble from filling the log: it is said at once, then counted, and the count is said once a period.
///
/// Warnings and errors only; two are the same when level and message are, and `cause` and `error` (where there is neither, all fields).
/// A line that counts its messages itself is a summary already and passes.
struct RepeatSummary {
    /// A flood of different troubles costs so many entries and no more; the one that ends first gives way, and its count is said then.
    static let capacity = 256
    static let period = Duration.seconds(60)

    private struct Key: Hashable {
        var level: Logger.Level
        var message: String
        var fields: [LogLine.Field]

        init(_ line: LogLine) {
            level = line.level
            message = line.message
            let telling = line.fields.filter { $0.key == "cause" || $0.key == "error" }
            fields = telling.isEmpty ? line.fields : telling
        }
    }

    private struct Entry {
        /// The last of them: its fields are the freshest.
        var line: LogLine
        var began: ContinuousClock.Instant
        var count = 0
    }

    private var entries: [Key: Entry] = [:]

    /// Whether `line` is to be written, and the summaries that are to be written before it.
    mutating func admit(_ line: LogLine, now: ContinuousClock.Instant) -> (isWritten: Bool, before: [LogLine]) {
        var summaries = takeDue(now: now)
        guard line.level == .warning || line.level == .error, !line.fields.contains(where: { $0.key == "messages" })
        else { return (true, summaries) }
        let key = Key(line)
        if entries[key] != nil {
            entries[key]?.line = line
            entries[key]?.count += 1
            return (false, summaries)
        }
        if entries.count >= Self.capacity, let oldest = entries.min(by: { $0.value.began < $1.value.began }) {
            entries[oldest.key] = nil
            if let summary = summary(of: oldest.value, now: now) { summaries.append(summary) }
        }
        entries[key] = Entry(line: line, began: now)
        return (true, summaries)
    }

    /// When the next period with a count in it ends; nil where nothing is waiting to be said.
    var nextDue: ContinuousClock.Instant? {
        entries.values.lazy.filter { $0.count > 0 }.map { $0.began + Self.period }.min()
    }

    /// Summaries of the periods that have ended. Trouble that goes on is counted from here anew; trouble that did not come again is forgotten.
    mutating func takeDue(now: ContinuousClock.Instant) -> [LogLine] {
        var summaries: [LogLine] = []
        for (key, entry) in entries where entry.began + Self.period <= now {
            if let summary = summary(of: entry, now: now) {
                summaries.append(summary)
                entries[key] = Entry(line: entry.line, began: now)
            } else {
                entries[key] = nil
            }
        }
        return summaries.sorted { $0.message < $1.message }
    }

    /// What is still to be said at the end.
    mutating func takeAll(now: ContinuousClock.Instant) -> [LogLine] {
        defer { entries.removeAll() }
        return entries.values.compactMap { summary(of: $0, now: now) }.sorted { $0.message < $1.message }
    }

    private func summary(of entry: Entry, now: ContinuousClock.Instant) -> LogLine? {
        guard entry.count > 0 else { return nil }
        var line = entry.line
        let seconds = Int((now - entry.began).components.seconds)
        line.repeated = LogLine.Repetition(times: entry.count, seconds: max(1, seconds))
        return line
    }
}
