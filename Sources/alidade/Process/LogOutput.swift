internal import DaemonSettings
internal import Glibc
internal import Logging
internal import Logs
internal import Synchronization
internal import Terminal

/// Starts logging as the settings say, to standard error.
enum LogOutput {
    /// How long the end of the process waits for somebody to read the last lines.
    private static let lastWords = Duration.milliseconds(500)

    private static let destination = Mutex<LogDestination?>(nil)
    private static let writer = LogWriter(to: StandardError.descriptor) { count in
        destination.withLock { $0 }?.notice(ofDropped: count) ?? ""
    }

    static func start(_ settings: Settings.Log) -> Logger {
        let writer = writer
        let new = LogDestination(format(settings), level: Logger.Level(settings.level)) { writer.write($0) }
        destination.withLock { $0 = new }
        atexit { LogOutput.flush() }
        return new.logger()
    }

    /// Takes level and format of settings that were read again; all loggers follow at once.
    static func reload(_ settings: Settings.Log) {
        guard let destination = destination.withLock({ $0 }) else { return }
        destination.level = Logger.Level(settings.level)
        destination.format = format(settings)
    }

    /// Writes the counts of repeated trouble that are still owed; done by `exit`, but not by `_exit`.
    static func flush() {
        destination.withLock { $0 }?.flush()
        writer.drain(atMost: lastWords)
    }

    private static func format(_ settings: Settings.Log) -> LogFormat {
        let isJournal = JournalStream.isConnected(stream: getenv("JOURNAL_STREAM").map { String(cString: $0) })
        return LogFormat(isJSON: settings.format == .json, isJournal: isJournal)
    }
}

extension Logger.Level {
    init(_ setting: Settings.Log.Level) {
        self =
            switch setting {
            case .trace: .trace
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            case .critical: .critical
            }
    }
}

extension Logger {
    /// For a command at a terminal: only what is wrong.
    var quieter: Logger {
        var logger = self
        logger.logLevel = max(logLevel, .warning)
        return logger
    }
}
