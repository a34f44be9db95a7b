internal import ArgumentParser
internal import Events
internal import Glibc
internal import Terminal

/// The command `alidade`.
@main struct Alidade: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alidade",
        abstract: "Drains profiler telemetry and intelligence events from RabbitMQ into a local store, exactly once.",
        discussion: """
            Exit codes: 0 done, 1 failed, 2 a check found something wrong, 64 usage, 78 configuration.

            Text that somebody else wrote (ids, bodies, names of files) is printed with its control characters as escapes. NO_COLOR or \
            TERM=dumb makes the output on a terminal plain. With --json an error is an object as well as a line on standard error.

            The manual is in /usr/share/doc/alidade where the package is installed.

            Examples:
              alidade doctor
              alidade run --config alidade.yaml
              alidade quarantine list
            """,
        version: Version.current,
        subcommands: [
            RunCommand.self, IngestCommand.self, SendCommand.self, ValidateCommand.self, ScoreCommand.self,
            MetricsCommand.self, WhereCommand.self, QuarantineCommand.self, StoreCommand.self, TopologyCommand.self,
            ConfigCommand.self, StaffCommand.self,
            DoctorCommand.self, HealthCommand.self, SchemaCommand.self, VersionCommand.self, ManualCommand.self,
        ])

    static func main() async {
        Cryptography.leaveTheEndToTheSystem()
        StandardStreams.prepare()
        // Everything that is written is about people: the store, what SQLite keeps beside it, backups.
        umask(umask(0o777) | 0o027)
        var type: any ParsableCommand.Type = Self.self
        do {
            var command = try CommandLineParser.command(Array(CommandLine.arguments.dropFirst()))
            type = Swift.type(of: command)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Failure.exit(with: error, in: type)
        }
        Output.finish()
    }
}
