internal import AMQP
internal import ArgumentParser
internal import Events
internal import Configuration

/// `alidade config`: what the configuration is, and whether it can work.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check or show the configuration.", subcommands: [Check.self, Show.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say whether the configuration is right; exit 78 with one line for each error.")
        @OptionGroup var common: CommonOptions

        func run() throws {
            let settings = try common.settings()
            _ = try BrokerConfiguration(settings)
            _ = try settings.storeLocation()
            print("ok: \(settings.file ?? "no file, defaults and environment")")
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show every setting and where it comes from; passwords are masked.")
        @OptionGroup var common: CommonOptions

        func run() throws {
            let settings = try common.settings()
            guard common.json else {
                let width = settings.shown.map { $0.key.path.count + $0.value.count + 2 }.max() ?? 0
                for (key, value, origin) in settings.shown {
                    let line = "\(key.path): \(value)"
                    print(line + String(repeating: " ", count: width - line.count) + "  # \(origin)")
                }
                return
            }
            var json = JSONText()
            json.object { json in
                for (key, value, origin) in settings.shown {
                    json.object(key.path) { json in
                        json.member("value", value)
                        json.member("from", origin)
                    }
                }
            }
            print(json.text)
        }
    }
}
