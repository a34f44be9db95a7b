internal import Files

/// Gathers settings from their sources and everything that is wrong with them.
struct SettingsCollector {
    var values: [String: SettingValue] = [:]
    private(set) var errors = MistakeList()
    private let keys = Dictionary(uniqueKeysWithValues: SettingKey.all.map { ($0.path, $0) })

    init() {
        for key in SettingKey.all {
            if key.isMapping {
                values[key.path] = SettingValue(texts: [], isQuoted: false, isList: false, origin: .fallback, names: [])
                continue
            }
            let isList = key.fallback.hasPrefix("[")
            let texts =
                isList
                ? key.fallback.dropFirst().dropLast().split(separator: ",").map { Self.trimmed($0) } : [key.fallback]
            values[key.path] = SettingValue(texts: texts, isQuoted: false, isList: isList, origin: .fallback)
        }
    }

    // MARK: Sources

    mutating func read(file path: String) {
        let bytes: [UInt8]
        switch readWholeFile(path) {
        case .failure(let problem): return errors.append("could not read the configuration \(path): \(problem.reason)")
        case .success(let content): bytes = content
        }
        let yaml = YAMLScalars(bytes)
        for problem in yaml.problems { errors.append("\(path):\(problem.line): \(problem.text)") }
        let sections = Set(SettingKey.all.flatMap { Self.sections(of: $0.path) })
        // A section's own sections come right after it.
        for (section, line) in yaml.sections where keys[section]?.isMapping == true {
            values[section] = SettingValue(
                texts: [], isQuoted: false, isList: false, origin: .file(path, line: line), names: [])
        }
        var unknown: String?
        for (section, line) in yaml.sections
        where !sections.contains(section) && keys[section]?.isMapping != true {
            if let key = keys[section] {
                errors.append("\(path):\(line): \(section): a section stands where \(key.expectation) was expected")
            } else if unknown.map(section.hasPrefix) != true {
                // Of unknown sections inside one another only the outermost is worth a line.
                unknown = "\(section)."
                errors.append(
                    "\(path):\(line): there is no section \(PasswordMask.shortened(section))"
                        + Self.suggestion(section, among: Array(sections)))
            }
        }
        let withElements = yaml.lists.isEmpty ? [] : Set(yaml.scalars.lazy.map(\.path))
        for (list, line) in yaml.lists.sorted(by: { $0.value < $1.value })
        where !withElements.contains(list) {
            if let (mapping, name) = mapping(of: list) {
                values[mapping]?.names?.append(name)
                values[mapping]?.texts.append("")
                continue
            }
            let empty = SettingValue(texts: [], isQuoted: false, isList: true, origin: .file(path, line: line))
            if keys[list] == nil {
                note(unknown: list, line: line, isNothing: false, in: path, sections)
            } else {
                values[list] = empty
            }
        }
        var taken: Set<String> = []
        for scalar in yaml.scalars {
            if let (mapping, name) = mapping(of: scalar.path) {
                // A list is no value, nor is nothing.
                let isValue = yaml.lists[scalar.path] == nil && !scalar.isNull
                values[mapping]?.names?.append(name)
                values[mapping]?.texts.append(isValue ? scalar.text : "")
                continue
            }
            guard keys[scalar.path] != nil else {
                if taken.insert(scalar.path).inserted {
                    note(unknown: scalar.path, line: scalar.line, isNothing: scalar.isNull, in: path, sections)
                }
                continue
            }
            if yaml.lists[scalar.path] != nil, !taken.insert(scalar.path).inserted {
                values[scalar.path]?.texts.append(scalar.text)
                if scalar.isQuoted { values[scalar.path]?.isQuoted = true }
            } else {
                values[scalar.path] = SettingValue(
                    texts: [scalar.text], isQuoted: scalar.isQuoted, isList: yaml.lists[scalar.path] != nil,
                    origin: .file(path, line: scalar.line))
            }
        }
    }

    /// The setting that an entry of a mapping belongs to, and the entry's name.
    private func mapping(of path: String) -> (setting: String, name: String)? {
        guard let dot = path.lastIndex(of: "."), keys[String(path[..<dot])]?.isMapping == true else { return nil }
        return (String(path[..<dot]), String(path[path.index(after: dot)...]))
    }

    private mutating func note(
        unknown key: String, line: Int, isNothing: Bool, in file: String, _ sections: Set<String>
    ) {
        if sections.contains(key) {
            // An empty section is as good as none.
            if !isNothing {
                errors.append("\(file):\(line): \(key): a value stands where a section with keys was expected")
            }
            return
        }
        // A key of an unknown section has been complained about with it.
        let section = key.split(separator: ".").dropLast().joined(separator: ".")
        guard section.isEmpty || sections.contains(section) else { return }
        errors.append(
            "\(file):\(line): there is no key \(PasswordMask.shortened(key))\(Self.suggestion(forKey: key))")
    }

    /// A key that is nearly right, or right but in another section.
    private static func suggestion(forKey key: String) -> String {
        let paths = SettingKey.all.map(\.path)
        let near = suggestion(key, among: paths)
        guard near.isEmpty, let leaf = key.split(separator: ".").last else { return near }
        return paths.first { $0.hasSuffix(".\(leaf)") }.map { "; did you mean \($0)?" } ?? ""
    }

    mutating func read(environment: [String: String]) {
        let byName = Dictionary(uniqueKeysWithValues: SettingKey.all.map { ($0.environmentName, $0) })
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("ALIDADE_") {
            guard let key = byName[name] else {
                // Variables that look like nothing here are somebody else's: a script's, a test's.
                let isOurs = SettingKey.all.contains { name.hasPrefix($0.environmentSection) }
                let near = errors.isFull ? "" : Self.suggestion(name, among: Array(byName.keys))
                if isOurs || !near.isEmpty { errors.append("the environment variable \(name) is no setting\(near)") }
                continue
            }
            if key.isMapping {
                let entries = text.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1) }
                values[key.path] = SettingValue(
                    texts: entries.map { $0.count > 1 ? Self.trimmed($0[1]) : "" }, isQuoted: false, isList: false,
                    origin: .environment(name), names: entries.map { Self.trimmed($0.first ?? "") })
                continue
            }
            let isList = key.takesList
            let texts = isList ? text.split(separator: ",").map { Self.trimmed($0) } : [text]
            values[key.path] = SettingValue(
                texts: texts, isQuoted: false, isList: texts.count > 1 || (isList && texts.isEmpty),
                origin: .environment(name))
        }
    }

    // MARK: Checks

    mutating func check() {
        for key in SettingKey.all {
            guard let value = values[key.path], let complaint = key.complaint(about: value) else { continue }
            errors.append("\(Self.place(value.origin))\(key.path): \(complaint)")
        }
        checkTogether()
    }

    /// What is fine by itself and impossible together.
    private mutating func checkTogether() {
        func isSet(_ path: String) -> Bool { values[path]?.isNull == false }
        func complain(_ path: String, _ sentence: String) {
            errors.append("\(Self.place(values[path]?.origin ?? .fallback))\(path): \(sentence)")
        }
        if isSet("broker.tls.certificate_file") != isSet("broker.tls.key_file") {
            complain(
                "broker.tls.certificate_file",
                "a certificate and its key (broker.tls.key_file) go together; one of them is missing")
        }
        if let text = values["store.url"]?.texts.first, isSet("store.url"), let flaw = SettingKey.flaw(inStoreURL: text)
        {
            complain("store.url", flaw)
        }
    }

    // MARK: Showing

    /// The value as `config show` prints it.
    func shown(_ key: SettingKey) -> String {
        guard let value = values[key.path] else { return "" }
        if let names = value.names {
            return "{" + zip(names, value.texts).map { "\($0): \($1)" }.joined(separator: ", ") + "}"
        }
        if value.isNull { return key.isMapping ? "{}" : key.takesList ? "[]" : "null" }
        var texts = value.texts
        if case .brokerURLs = key.kind { texts = texts.map(PasswordMask.masked) }
        return value.isList ? "[" + texts.joined(separator: ", ") + "]" : texts.joined()
    }

    private static func place(_ origin: SettingValue.Origin) -> String {
        if case .fallback = origin { return "" }
        return "\(origin): "
    }

    private static func sections(of path: String) -> [String] {
        let names = path.split(separator: ".")
        return (1..<names.count).map { names.prefix($0).joined(separator: ".") }
    }

    private static func suggestion(_ text: String, among candidates: [String]) -> String {
        SettingKey.suggestion(text, among: candidates.sorted())
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
