package import Events
internal import Logging

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
        text += Self.printable(line.message)
        if let repeated = line.repeated {
            text +=
                ": \(repeated.times) more \(repeated.times == 1 ? "time" : "times") in the last \(repeated.seconds) s"
        }
        for field in line.fields { text += " \(field.key)=" + Self.value(field.value) }
        return text
    }

    private func json(_ line: LogLine, _ time: Timestamp) -> String {
        var json = JSONText()
        json.object { json in
            json.member("time", RFC3339.text(time))
            json.member("level", line.level.rawValue)
            json.member("message", line.message)
            if let repeated = line.repeated {
                json.member("repeated", repeated.times)
                json.member("seconds", repeated.seconds)
            }
            for field in line.fields { json.member(field.key, field.value) }
        }
        return json.text
    }

    /// As it is, or as JSON has it where it would not read as one value on one line.
    private static func value(_ text: String) -> String {
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
