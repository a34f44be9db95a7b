internal import Events
internal import Glibc
internal import Ingest
internal import Logging
internal import Configuration

/// Starts logging as the settings say, to standard error.
enum LogOutput {
    static func start(_ settings: Settings.Log) -> Logger {
        let isJSON = settings.format == "json"
        let isJournal = getenv("JOURNAL_STREAM") != nil
        let level = Logger.Level(rawValue: settings.level) ?? .info
        return Logger(label: "alidade") { _ in LineLogHandler(logLevel: level, isJSON: isJSON, isJournal: isJournal) }
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

/// One line for each event: text or a JSON object. Under systemd's journal it begins with a priority (sd-daemon(3)) and has no time.
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    let isJSON: Bool
    let isJournal: Bool

    init(logLevel: Logger.Level, isJSON: Bool, isJournal: Bool) {
        self.logLevel = logLevel
        self.isJSON = isJSON
        self.isJournal = isJournal
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let values = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
        let line = isJSON ? json(event, values) : text(event, values)
        StandardError.write((isJournal ? "<\(event.level.priority)>" : "") + line)
    }

    private func text(_ event: LogEvent, _ values: [(key: String, value: Logger.MetadataValue)]) -> String {
        var line = isJournal ? "" : "\(RFC3339.text(wallClock())) \(event.level.rawValue) "
        line += Self.printable("\(event.message)")
        for (key, value) in values {
            line += " \(key)=" + Self.field("\(value)")
        }
        return line
    }

    private func json(_ event: LogEvent, _ values: [(key: String, value: Logger.MetadataValue)]) -> String {
        var json = JSONText()
        json.object { json in
            json.member("time", RFC3339.text(wallClock()))
            json.member("level", event.level.rawValue)
            json.member("message", "\(event.message)")
            for (key, value) in values { json.member(key, "\(value)") }
        }
        return json.text
    }

    /// As it is, or as JSON has it where it would not read as one value on one line.
    private static func field(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { !isControl($0) && $0 != " " && $0 != "\"" && $0 != "=" }
        return isPlain && !text.isEmpty ? text : printable(JSONText.quoted(text))
    }

    /// Whatever came from outside stays on its line, and does nothing to a terminal.
    private static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            if isControl(scalar) {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }

    /// C0 and C1 controls, and the line separators of Unicode.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }
}

extension Logger.Level {
    /// syslog(3)'s number.
    fileprivate var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
