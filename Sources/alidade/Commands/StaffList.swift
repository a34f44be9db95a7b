internal import ArgumentParser
internal import JSON
internal import Staff
internal import Terminal

/// `alidade staff list`
struct StaffList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the members with their roles.",
        discussion: """
            Examples:
              alidade staff list
              alidade staff list --json
            """)

    @OptionGroup var common: CommonOptions

    func run() throws {
        let (path, _) = try common.staffFile()
        let members: [StaffMember]
        do throws(StaffFileError) { members = try StaffFile.read(path).members } catch {
            throw StaffFailure.of(error, path)
        }
        guard common.json else {
            if members.isEmpty { Output.print("nobody: \(path) has no members") }
            let rows: [[OutputText]] = members.map { member in
                ["\(member.name)", "\(StaffRole.text(member.roles))", "\(member.password?.method ?? "no password")"]
            }
            let widths = (0..<2).map { column in rows.map { $0[column].count }.max() ?? 0 }
            for row in rows { Output.print("\(row[0].left(widths[0]))  \(row[1].left(widths[1]))  \(row[2])") }
            return
        }
        var json = JSONText()
        json.array { json in
            for member in members {
                json.object { json in
                    json.member("name", member.name)
                    json.array("roles") { json in
                        for role in StaffRole.allCases where member.roles.contains(role) { json.string(role.rawValue) }
                    }
                    json.member("password", member.password?.method)
                }
            }
        }
        Output.print(json: json.text)
    }
}
