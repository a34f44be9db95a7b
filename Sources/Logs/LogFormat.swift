package import Events
internal import JSON
internal import Logging
internal import Terminal

/// How a line is written: text or a JSON object. For systemd's journal it begins with a priority (sd-daemon(3)), and text has no time,
/// because the journal has its own.
package struct LogFormat: Sendable {
    package var isJSON: Bool
    package var isJournal: Bool

    package init(isJSON: Bool, isJournal: Bool) {
        self.isJSON = isJSON
        self.isJournal = isJournal
    }

    /// Without the line's end.
    package func text(of line: LogLine, at time: Timestamp) -> String {
        let prefix = isJournal ? "<\(line.level.priority)>" : ""
        return prefix + (isJSON ? json(line, time) : plain(line, time))
    }

    private func plain(_ line: LogLine, _ time: Timestamp) -> String {
        var text = isJournal ? "" : "\(RFC3339.text(time)) \(line.level.rawValue) "
        text += VisibleText.escaped(Self.cut(line.message))
        if let repeated = line.repeated {
            text +=
                ": \(repeated.times) more \(repeated.times == 1 ? "time" : "times") in the last \(repeated.seconds) s"
        }
        for field in line.fields { text += " \(field.key)=" + Self.value(Self.cut(field.value)) }
        return text
    }

    private func json(_ line: LogLine, _ time: Timestamp) -> String {
        var json = JSONText()
        json.object { json in
            json.member("time", RFC3339.text(time))
            json.member("level", line.level.rawValue)
            json.member("message", Self.cut(line.message))
            if let repeated = line.repeated {
                json.member("repeated", repeated.times)
                json.member("seconds", repeated.seconds)
            }
            for field in line.fields { json.member(field.key, Self.cut(field.value)) }
        }
        return VisibleText.escaped(json: json.text)
    }

    /// Kept short: the journal breaks a line of 48 KiB in two, and the second part would begin with whatever a stranger put there.
    private static func cut(_ text: String) -> String {
        text.utf8.count <= longest ? text : String(text.prefix(longest / 4)) + "…"
    }

    private static let longest = 8192

    /// As it is, or as JSON has it where it would not read as one value on one line.
    private static func value(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            !VisibleText.isHidden($0) && $0 != " " && $0 != "\"" && $0 != "="
        }
        return isPlain && !text.isEmpty ? text : VisibleText.escaped(json: JSONText.quoted(text))
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
