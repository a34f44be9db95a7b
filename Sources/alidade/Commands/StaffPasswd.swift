internal import ArgumentParser
internal import Staff
internal import Terminal

/// `alidade staff passwd`
struct StaffPasswd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "passwd", abstract: "Give a member another password.",
        discussion: """
            The member's sessions end when the daemon reads the file again.

            Examples:
              alidade staff passwd alice
              alidade staff passwd alice --generate
            """)

    @Argument(help: ArgumentHelp("The member's name.", valueName: "name")) var name: String
    @OptionGroup var password: PasswordOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let (path, _) = try common.staffFile()
        _ = try StaffMember.find(name, in: path)
        let chosen = try password.choose(for: name)
        do throws(StaffFileError) {
            try StaffFile.edit(path, group: nil) { file throws(StaffFileError) in
                guard let member = file[name] else { throw StaffFileError("\(name) is not in it any more") }
                file.set(StaffMember(name: name, roles: member.roles, password: chosen?.hash))
            }
        } catch { throw StaffFailure.of(error, path) }
        StaffReport.tell(
            chosen == nil ? "\(name) has no password any more" : "\(name) has another password", password: chosen?.made,
            json: common.json)
    }
}

extension StaffMember {
    static func find(_ name: String, in path: String) throws -> StaffMember {
        do throws(StaffFileError) {
            if let member = try StaffFile.read(path)[name] { return member }
        } catch { throw StaffFailure.of(error, path) }
        throw StaffFailure.unknown(name, path)
    }
}
