internal import ArgumentParser
internal import DaemonSettings
internal import JSON
internal import Terminal

/// `alidade config`: what the configuration is, and whether it can work.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check or show the configuration.", subcommands: [Check.self, Show.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the configuration; exit 78 with one line for each error.",
            discussion: """
                Run by root, it reads secrets as systemd does, and names every other file that the daemon's user could not read.

                Examples:
                  alidade config check
                  alidade config check --config alidade.yaml --json
                """)
        @OptionGroup var daemon: DaemonUserOption
        @OptionGroup var common: CommonOptions

        func run() throws {
            let settings = try common.settings()
            let prepared = try PreparedSettings(settings)
            try prepared.checkCertificates()
            let unreadable = try settings.unreadable(for: DaemonUser.find(daemon.user))
            guard unreadable.isEmpty else { throw SettingsErrors(lines: unreadable.map(\.line)) }
            guard common.json else {
                Output.print("ok: \(settings.file ?? "no file, defaults and environment")")
                for used in prepared.models { Output.print("alignment.\(used.setting): \(used.title)") }
                for warning in settings.dashboardWarnings { Output.print("warning: \(warning)") }
                return
            }
            var json = JSONText()
            json.object { json in
                json.member("ok", true)
                json.member("file", settings.file)
                for used in prepared.models { json.object("alignment.\(used.setting)") { used.write(to: &$0) } }
                json.array("warnings") { json in for warning in settings.dashboardWarnings { json.string(warning) } }
            }
            Output.print(json: json.text)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show every setting and where it comes from, with passwords masked.",
            discussion: """
                Examples:
                  alidade config show
                  alidade config show --config alidade.yaml --json
                """)
        @OptionGroup var common: CommonOptions

        func run() throws {
            let settings = try common.settings()
            guard common.json else {
                let lines = settings.shown.map { "\($0.key.path): \($0.value)" as OutputText }
                let width = lines.map(\.count).max() ?? 0
                for (line, shown) in zip(lines, settings.shown) {
                    Output.print("\(line.left(width))  # \(shown.origin)")
                }
                return
            }
            var json = JSONText()
            json.object { json in
                for (key, value, origin) in settings.shown {
                    json.object(key.path) { json in
                        json.member("value", json: key.json(of: value))
                        json.member("from", origin)
                    }
                }
            }
            Output.print(json: json.text)
        }
    }
}

extension SettingKey {
    /// The value as `config show` prints it, in JSON: a number stays a number, and what may be a list always is one.
    fileprivate func json(of shown: String) -> String {
        let elements = shown.hasPrefix("[") ? shown.dropFirst().dropLast() : shown[...]
        switch kind {
        case .text, .choice, .timeZone: return Self.quoted(shown[...])
        case .optionalText, .listener: return shown == "null" ? shown : Self.quoted(shown[...])
        case .flag: return shown
        case .integer, .number, .optionalNumber: return Self.number(shown[...])
        case .integers: return "[" + elements.split(separator: ",").map(Self.number).joined(separator: ",") + "]"
        case .mapping:
            let entries = shown.dropFirst().dropLast().split(separator: ",").map { entry in
                let parts = entry.split(separator: ":", maxSplits: 1)
                return "\(Self.quoted(parts.first ?? "")):\(Self.quoted(parts.count > 1 ? parts[1] : ""))"
            }
            return "{" + entries.joined(separator: ",") + "}"
        case .brokerURLs, .names, .texts:
            return "[" + elements.split(separator: ",").map(Self.quoted).joined(separator: ",") + "]"
        }
    }

    private static func quoted(_ text: Substring) -> String {
        var json = JSONText()
        json.string(text.drop { $0 == " " })
        return json.text
    }

    /// YAML allows `+5` and `.5`, JSON does not.
    private static func number(_ text: Substring) -> String {
        let digits = text.drop { $0 == " " }
        if let integer = Int(digits) { return "\(integer)" }
        return Double(digits).map { "\($0)" } ?? "null"
    }
}
