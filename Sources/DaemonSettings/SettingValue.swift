internal import Spelling
internal import TimeZones

/// A setting as given, and where: before it is understood.
struct SettingValue: Sendable {
    enum Origin: Sendable, CustomStringConvertible {
        case fallback
        case file(String, line: Int)
        case environment(String)
        case commandLine(String)

        var description: String {
            switch self {
            case .fallback: "default"
            case .file(let path, let line): "\(path):\(line)"
            case .environment(let name): name
            case .commandLine(let option): option
            }
        }
    }

    /// More than one for a list.
    var texts: [String]
    var isQuoted: Bool
    var isList: Bool
    var origin: Origin
    /// Of a mapping: what the texts belong to; nil for anything else.
    var names: [String]?

    var isNull: Bool {
        !isQuoted && !isList && (texts.first.map { ["", "null", "~", "Null", "NULL"].contains($0) } ?? true)
    }
}

extension SettingKey {
    /// What is wrong with `value` for this key, as one sentence that never shows a password; nil where nothing is.
    func complaint(about value: SettingValue) -> String? {
        if case .mapping = kind { return complaint(aboutMapping: value) }
        if value.isList, !takesList { return "a list stands where \(expectation) was expected" }
        if value.isNull {
            switch kind {
            case .optionalText, .optionalNumber, .listener, .names, .texts: return nil
            default: return "nothing stands where \(expectation) was expected"
            }
        }
        if let limit = elementLimit {
            if value.texts.isEmpty { return nil }
            if value.texts.count > limit.count {
                return "it has \(value.texts.count) \(limit.what); \(expectation) was expected"
            }
        }
        if value.texts.isEmpty { return "an empty list stands where \(expectation) was expected" }
        if let twice = value.texts.indices.first(where: { value.texts[..<$0].contains(value.texts[$0]) }) {
            return "\(PasswordMask.quoted(value.texts[twice])) stands in the list twice"
        }
        return value.texts.lazy.compactMap { complaint(aboutText: $0, isQuoted: value.isQuoted) }.first
    }

    /// Of lists that may be empty.
    private var elementLimit: (count: Int, what: String)? {
        switch kind {
        case .names(let limit): (limit, "names")
        case .texts(_, let limit): (limit, "elements")
        default: nil
        }
    }

    private func complaint(aboutMapping value: SettingValue) -> String? {
        guard let names = value.names else {
            guard !value.isNull else { return nil }
            return "\(value.isList ? "a list" : "a value") stands where \(expectation) was expected"
        }
        guard names.count <= Self.mappingLimit else { return "it has more than \(Self.mappingLimit) entries" }
        for (place, (name, text)) in zip(names, value.texts).enumerated() {
            if name.isEmpty { return "an entry has no name; \(expectation) was expected" }
            if text.isEmpty { return "nothing stands for \(PasswordMask.quoted(name)); \(expectation) was expected" }
            if names[..<place].contains(name) { return "\(PasswordMask.quoted(name)) stands in it twice" }
        }
        return nil
    }

    private static let mappingLimit = 256

    private func complaint(aboutText text: String, isQuoted: Bool) -> String? {
        switch kind {
        case .text, .optionalText:
            return text.isEmpty || text.utf8.contains(0) ? "it is empty; \(expectation) was expected" : nil
        case .listener: return text.isEmpty ? nil : Self.flaw(inListen: text)
        case .choice(let choices):
            guard !choices.contains(text) else { return nil }
            return "\(PasswordMask.quoted(text)) is not \(expectation)" + Self.suggestion(text, among: choices)
        case .flag: return !isQuoted && SettingFlag(rawValue: text) != nil ? nil : wrong(text, isQuoted)
        case .integer(let range), .integers(let range):
            guard !isQuoted, let number = Int(text), range.contains(number) else { return wrong(text, isQuoted) }
            return nil
        case .optionalNumber(let range), .number(let range):
            guard !isQuoted, let number = Double(text), range.contains(number) else { return wrong(text, isQuoted) }
            return nil
        case .brokerURLs: return Self.flaw(inBrokerURL: text)
        case .names:
            return Self.isName(text) ? nil : "\(PasswordMask.quoted(text)) is no name; \(expectation) was expected"
        case .texts:
            guard text.isEmpty || text.utf8.contains(0) || text.utf8.count > 256 else { return nil }
            return "an element is empty or longer than 256 bytes; \(expectation) was expected"
        case .timeZone:
            do throws(TimeZoneProblem) { _ = try TimeZoneDatabase.zone(named: text) } catch {
                let near = Self.suggestion(text, among: TimeZoneDatabase.names() + ["UTC"])
                return "\(PasswordMask.quoted(text)) \(error.reason)\(near)"
            }
            return nil
        case .mapping: return nil
        }
    }

    /// Letters, digits, `_` and `-`, at most 64, no digit or `-` at the beginning.
    private static func isName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_") }
        guard let first = bytes.first, bytes.count <= 64, isLetter(first) else { return false }
        return bytes.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
    }

    private func wrong(_ text: String, _ isQuoted: Bool) -> String {
        let found = PasswordMask.quoted(text)
        if isQuoted { return "\(found) is quoted and therefore text; \(expectation) was expected" }
        return "\(found.dropFirst().dropLast()) is not \(expectation)"
    }

    /// To finish "… was expected".
    var expectation: String {
        switch kind {
        case .text, .optionalText: "text"
        case .listener: "ADDRESS:PORT"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .integers(let range): "a list of whole numbers from \(range.lowerBound) to \(range.upperBound)"
        case .mapping(let what): "a mapping of \(what), as in {ID: NAME},"
        case .optionalNumber(let range), .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: SettingFlag.words.joined(separator: " or ")
        case .choice(let choices): "one of " + choices.joined(separator: ", ")
        case .names(let limit):
            "a list of at most \(limit) names of members, each of at most 64 letters, digits, _ and -,"
        case .texts(let what, let limit): "a list of at most \(limit) \(what)"
        case .timeZone: "the name of a time zone such as Europe/Berlin"
        case .brokerURLs: "an amqp:// or amqps:// URL, or a list of them"
        }
    }

    /// `; did you mean x?`, where something comes near.
    static func suggestion(_ text: String, among candidates: [String]) -> String {
        NearMiss.find(text, among: candidates, slips: max(2, text.count / 4)).map { "; did you mean \($0)?" } ?? ""
    }
}
