internal import ArgumentParser
internal import DaemonSettings

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration file; \(Settings.defaultFile) if it exists.", valueName: "file"))
    var config: String?
    @Option(help: ArgumentHelp("The store, instead of store.url: sqlite:///PATH.", valueName: "url"))
    var store: String?
    @Flag(help: "Print JSON.") var json = false

    /// Reads file, environment and options; throws everything that is wrong with them.
    func settings() throws -> Settings {
        var overrides: [String: (value: String, option: String)] = [:]
        if let store { overrides["store.url"] = (store, "--store") }
        return try Settings.load(file: config, environment: ProcessEnvironment.variables, overrides: overrides)
    }
}
