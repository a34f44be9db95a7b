import Glibc
import Staff
import Testing

@Suite struct StaffFileEditingTests {
    private let folder = TemporaryFolder()

    @Test func makesAFileThatOthersCannotRead() throws {
        try StaffFile.edit(folder / "staff", group: nil) {
            $0.set(StaffMember(name: "alice", roles: [], password: nil))
        }
        #expect(mode(folder / "staff") == 0o640)
        #expect(try StaffFile.read(folder / "staff").members.map(\.name) == ["alice"])
        #expect(folder.names == ["staff"], "no draft is left")
    }

    @Test func keepsAMorePrivateMode() throws {
        try folder.write("staff", "alice:analyst:!\n")
        chmod(folder / "staff", 0o600)
        try StaffFile.edit(folder / "staff", group: nil) { $0.set(StaffMember(name: "bob", roles: [], password: nil)) }
        #expect(mode(folder / "staff") == 0o600)
        chmod(folder / "staff", 0o666)
        try StaffFile.edit(folder / "staff", group: nil) { $0.set(StaffMember(name: "bob", roles: [], password: nil)) }
        #expect(mode(folder / "staff") == 0o640)
    }

    @Test func changesTheFileBehindASymbolicLink() throws {
        try folder.write("real", "# kept\n")
        symlink("real", folder / "staff")
        try StaffFile.edit(folder / "staff", group: nil) {
            $0.set(StaffMember(name: "alice", roles: [], password: nil))
        }
        #expect(try StaffFile.read(folder / "real").members.count == 1)
        #expect(folder.names == ["real", "staff"])
    }

    @Test func writesNothingWhereTheFileHasFaults() throws {
        try folder.write("staff", "nonsense\n")
        #expect(throws: StaffFileError.self) {
            try StaffFile.edit(folder / "staff", group: nil) {
                $0.set(StaffMember(name: "alice", roles: [], password: nil))
            }
        }
        #expect(folder.read("staff") == "nonsense\n")
    }

    @Test func saysWhatIsMissing() throws {
        #expect(throws: StaffFileError.self) { try StaffFile.edit(folder / "no/staff", group: nil) { _ in } }
        do throws(StaffFileError) {
            _ = try StaffFile.read(folder / "staff")
            Issue.record("it was read")
        } catch {
            #expect(error.isAbsent)
            #expect("\(error)" == "there is no such file; 'alidade staff add NAME' makes it")
        }
    }

    @Test func letsOneWriterWaitForTheOther() async throws {
        let path = folder / "staff"
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try StaffFile.edit(path, group: nil) {
                        $0.set(StaffMember(name: "m\(number)", roles: [], password: nil))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try StaffFile.read(path).members.count == 20)
    }

    private func mode(_ path: String) -> mode_t {
        var found = stat()
        stat(path, &found)
        return found.st_mode & 0o7777
    }
}
