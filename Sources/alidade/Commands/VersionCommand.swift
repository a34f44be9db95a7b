internal import AMQP
internal import ArgumentParser
internal import Events
internal import JSON
internal import Terminal

/// `alidade version`: what an issue report needs.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the versions of Alidade and its libraries.",
        discussion: """
            Examples:
              alidade version
              alidade version --json
            """)
    @OptionGroup var common: CommonOptions

    func run() {
        let versions =
            [("alidade", Version.current)] + StoreOpening.versions + [
                ("librabbitmq", AMQPVersion.library), ("zlib", InflationVersion.library),
            ]
        guard common.json else {
            for (name, version) in versions { Output.print("\(name) \(version)") }
            return
        }
        var json = JSONText()
        json.object { json in
            for (name, version) in versions { json.member(name, version) }
        }
        Output.print(json: json.text)
    }
}
