internal import ArgumentParser
internal import Staff
internal import Terminal

/// `alidade staff remove`
struct StaffRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a member.",
        discussion: """
            The member's sessions end when the daemon reads the file again.

            Examples:
              alidade staff remove alice && systemctl reload alidade
            """)

    @Argument(help: ArgumentHelp("The member's name.", valueName: "name")) var name: String
    @OptionGroup var common: CommonOptions

    func run() throws {
        let (path, _) = try common.staffFile()
        _ = try StaffMember.find(name, in: path)
        do throws(StaffFileError) {
            try StaffFile.edit(path, group: nil) { file throws(StaffFileError) in file.remove(name) }
        } catch { throw StaffFailure.of(error, path) }
        StaffReport.tell("\(name) is removed from \(path)", password: nil, json: common.json)
    }
}
