/// Takes settings out of what was collected and checked.
///
/// Whatever it does not understand is an error and never a default, also a key that does not exist: nothing is less strict than was asked.
struct SettingReader {
    private let values: [String: SettingValue]

    init(_ values: [String: SettingValue]) { self.values = values }

    func text(_ path: String) throws(SettingsErrors) -> String {
        guard let text = try texts(path).first else { throw notUnderstood(path, "") }
        return text
    }

    func texts(_ path: String) throws(SettingsErrors) -> [String] {
        guard let value = values[path] else { throw SettingsErrors(lines: ["\(path): there is no such setting"]) }
        return value.texts
    }

    /// Nil where nothing is set.
    func optional(_ path: String) throws(SettingsErrors) -> String? {
        if values[path]?.isNull == true { return nil }
        return try text(path)
    }

    func integer(_ path: String) throws(SettingsErrors) -> Int { try integer(path, try text(path)) }

    func integers(_ path: String) throws(SettingsErrors) -> [Int] {
        try texts(path).map { text throws(SettingsErrors) in try integer(path, text) }
    }

    /// Empty where nothing is set.
    func names(_ path: String) throws(SettingsErrors) -> [String] {
        values[path]?.isNull == true ? [] : try texts(path)
    }

    /// Empty where nothing is set.
    func mapping(_ path: String) throws(SettingsErrors) -> [(key: String, value: String)] {
        let texts = try texts(path)
        return zip(values[path]?.names ?? [], texts).map { (key: $0, value: $1) }
    }

    func number(_ path: String) throws(SettingsErrors) -> Double {
        guard let number = try optionalNumber(path) else { throw notUnderstood(path, "") }
        return number
    }

    func optionalNumber(_ path: String) throws(SettingsErrors) -> Double? {
        guard let text = try optional(path) else { return nil }
        guard let number = Double(text) else { throw notUnderstood(path, text) }
        return number
    }

    func choice<Choice: SettingChoice>(_ path: String) throws(SettingsErrors) -> Choice {
        let text = try text(path)
        guard let choice = Choice(rawValue: text) else { throw notUnderstood(path, text) }
        return choice
    }

    func flag(_ path: String) throws(SettingsErrors) -> Bool {
        let flag: SettingFlag = try choice(path)
        return flag == .yes
    }

    private func integer(_ path: String, _ text: String) throws(SettingsErrors) -> Int {
        guard let number = Int(text) else { throw notUnderstood(path, text) }
        return number
    }

    private func notUnderstood(_ path: String, _ text: String) -> SettingsErrors {
        SettingsErrors(lines: ["\(path): \(PasswordMask.quoted(text)) is not understood"])
    }
}
