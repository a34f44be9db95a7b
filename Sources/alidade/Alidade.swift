internal import ArgumentParser

/// The command `alidade`.
@main struct Alidade: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alidade",
        abstract: "Drains profiler telemetry and intelligence events from RabbitMQ into a local store, exactly once.",
        discussion: """
            Exit codes: 0 done, 1 failed, 2 a check found something wrong, 64 usage, 78 configuration.
            """,
        version: Version.current,
        subcommands: [
            RunCommand.self, IngestCommand.self, SendCommand.self, ValidateCommand.self, ScoreCommand.self,
            MetricsCommand.self, WhereCommand.self, QuarantineCommand.self, StoreCommand.self, TopologyCommand.self,
            ConfigCommand.self,
            DoctorCommand.self, SchemaCommand.self, VersionCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Failure.exit(with: error)
        }
    }
}

/// The one place that knows which version this is.
enum Version {
    static let current = "0.1.0"
}
