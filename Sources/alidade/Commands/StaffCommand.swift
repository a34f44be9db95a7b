internal import ArgumentParser
internal import DaemonSettings
internal import Staff

/// `alidade staff`: who may see the pages.
struct StaffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "staff", abstract: "Say who may see the pages.",
        discussion: """
            The members stand in the file that dashboard.staff_file names. A change counts once the daemon has read the file again: \
            systemctl reload alidade.

            Examples:
              alidade staff add alice --role operator
              alidade staff link alice
            """,
        subcommands: [StaffAdd.self, StaffList.self, StaffPasswd.self, StaffRemove.self, StaffLink.self])
}

extension CommonOptions {
    /// The staff file, with the settings that name it.
    func staffFile() throws -> (path: String, settings: Settings) {
        let settings = try settings()
        guard let path = settings.dashboard.staffFile else {
            let file = settings.file ?? Settings.defaultFile
            throw ExitStatus.configuration.error(
                "dashboard.staff_file is not set; set it in \(file), to /etc/alidade/staff for example")
        }
        return (path, settings)
    }
}

enum StaffFailure {
    /// A fault of the file's content is one of the configuration; of its place it is a failure.
    static func of(_ error: StaffFileError, _ path: String) -> any Error {
        let isContent = error.faults.contains { $0.line != nil }
        let lines = error.lines(path)
        return isContent ? SettingsErrors(lines: lines) : ExitStatus.failed.error(lines.joined(separator: "\n"))
    }

    static func unknown(_ name: String, _ path: String) -> Failure {
        ExitStatus.failed.error("there is no \(name) in \(path); 'alidade staff list' shows who is")
    }
}
