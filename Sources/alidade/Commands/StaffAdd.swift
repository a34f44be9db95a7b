internal import ArgumentParser
internal import Glibc
internal import JSON
internal import Staff
internal import Terminal

/// `alidade staff add`
struct StaffAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a member, with a password that it asks for.",
        discussion: """
            An analyst reads, with personal values masked. An operator also sees the bodies of quarantined messages, replays and discards. An \
            auditor also sees who did what. Every member is an analyst.

            The file is made where there is none: with mode 0640, of the daemon's group where root does it.

            Examples:
              alidade staff add alice --role operator+auditor
              alidade staff add bob --generate
              pass show telemetry | alidade staff add carol --password-file -
              alidade staff add demo --no-password && alidade staff link demo
            """)

    @Argument(help: ArgumentHelp("The member's name.", valueName: "name")) var name: String
    @Option(help: "analyst, operator or auditor; several with + between them.") var role = "analyst"
    @OptionGroup var password: PasswordOptions
    @OptionGroup var daemon: DaemonUserOption
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard StaffName.isValid(name) else { throw ValidationError("a name is \(StaffName.rule)") }
        _ = try roles()
    }

    func run() throws {
        let (path, _) = try common.staffFile()
        try requireNew(in: path)
        let chosen = try password.choose(for: name)
        let member = StaffMember(name: name, roles: try roles(), password: chosen?.hash)
        let user = try DaemonUser.find(daemon.user)
        do throws(StaffFileError) {
            try StaffFile.edit(path, group: user?.group) { file throws(StaffFileError) in
                // Somebody else may have added it meanwhile.
                guard file[name] == nil else { throw StaffFileError("\(name) is in it already") }
                file.set(member)
            }
        } catch { throw StaffFailure.of(error, path) }
        StaffReport.tell(
            "\(name) is added to \(path) as \(StaffRole.text(member.roles))", password: chosen?.made, json: common.json)
    }

    /// Before somebody types a password for nothing.
    private func requireNew(in path: String) throws {
        do throws(StaffFileError) {
            guard try StaffFile.read(path)[name] != nil else { return }
        } catch {
            if error.isAbsent { return }
            throw StaffFailure.of(error, path)
        }
        throw ExitStatus.failed.error(
            "\(name) is in \(path) already; 'alidade staff passwd \(name)' sets another password, and the roles are in the file"
        )
    }

    private func roles() throws -> Set<StaffRole> {
        do throws(UnknownRole) { return try StaffRole.parse(role) } catch {
            let words = StaffRole.words.joined(separator: ", ")
            throw ValidationError("--role: \"\(error.word)\" is not one of \(words); several have + between them")
        }
    }
}

/// What a command of `alidade staff` tells of its change.
enum StaffReport {
    /// - Parameter password: One that was made, and is shown this once.
    static func tell(_ sentence: OutputText, password: String?, json: Bool) {
        guard json else {
            Output.print(sentence)
            if let password { Output.print("password: \(password)") }
            Output.print("It counts after: systemctl reload alidade")
            return
        }
        var text = JSONText()
        text.object { text in
            text.member("done", sentence.description)
            if let password { text.member("password", password) }
        }
        Output.print(json: text.text)
    }
}
