import Staff
import Testing

@Suite struct StaffFileTests {
    static let text = """
        # who may see the pages

        alice:analyst+operator:\(Hashes.yescrypt5)
          bob:auditor:!  \r
        # carol left
        dora@example.org:analyst:\(Hashes.bcryptY)

        """

    @Test func readsMembersAndTheirRoles() throws {
        let file = try staff(Self.text)
        #expect(file.members.map(\.name) == ["alice", "bob", "dora@example.org"])
        #expect(file["alice"]?.roles == [.analyst, .operator])
        #expect(file["bob"]?.roles == [.analyst, .auditor], "every member is an analyst")
        #expect(file["bob"]?.password == nil && file["alice"]?.password != nil)
        #expect(file["Alice"] == nil && file["carol"] == nil)
        #expect(try staff("").members.isEmpty)
    }

    @Test(arguments: [
        ("alice", "line 1: it has 1 fields and not three: NAME:ROLES:HASH"),
        ("alice:analyst:!:", "line 1: it has 4 fields and not three: NAME:ROLES:HASH"),
        ("\n:analyst:!", "line 2: its name is not 1 to 64 of A-Z a-z 0-9 . _ @ -, not beginning with -"),
        ("a b:analyst:!", "line 1: its name is not \(StaffName.rule)"),
        ("-a:analyst:!", "line 1: its name is not \(StaffName.rule)"),
        ("ä:analyst:!", "line 1: its name is not \(StaffName.rule)"),
        ("a\u{0}:analyst:!", "line 1: it is not UTF-8 text"),
        ("alice:admin:!", "line 1: the roles of alice are not of analyst, operator, auditor, joined with +"),
        ("alice::!", "line 1: the roles of alice are not of analyst, operator, auditor, joined with +"),
        ("alice:analyst,operator:!", "line 1: the roles of alice are not of analyst, operator, auditor, joined with +"),
        ("alice:Analyst:!", "line 1: the roles of alice are not of analyst, operator, auditor, joined with +"),
        (
            "alice:analyst:!\nbob:analyst:!\nalice:operator:!",
            "line 3: alice stands in line 1 already; remove one of the two"
        ),
    ])
    func tellsTheLineOfAFault(_ text: String, _ sentence: String) {
        #expect("\(fault(text))" == sentence)
    }

    @Test func tellsEveryFaultAndNoHash() {
        let weak =
            "$6$.2U.1EE/4Q.07ck0$yzzPIboYVWzy2.MaEde/h5k2w6FafxAQChXpPjhZa3bWpb/0tNNx46GqiWDngFIxQYYAAEDxUL1OoqZBcI.P60"
        let error = fault("alice:analyst:\(weak)\nbob:analyst:!\ncarol:analyst:hunter2\n")
        #expect(error.faults.map(\.line) == [1, 3])
        let lines = error.lines("/etc/staff")
        #expect(lines[0].hasPrefix("/etc/staff:1: alice: a SHA-512 hash ($6$) can be broken too fast; "))
        #expect(lines[1].hasPrefix("/etc/staff:3: carol: it has no hash of a password at its end; "))
        #expect(!lines.joined().contains("yzzPIboY") && !lines.joined().contains("hunter2"))
    }

    @Test func hasLimits() {
        #expect("\(fault("#" + String(repeating: "x", count: 1024)))" == "line 1: it is longer than 1024 bytes")
        #expect("\(fault(String(repeating: "\n", count: 1 << 20 | 1)))" == "it is longer than 1 MiB")
        let many = (0...1000).map { "m\($0):analyst:!\n" }.joined()
        #expect("\(fault(many))" == "it has 1001 members; 1000 are the most")
        let other = String(repeating: "something else\n", count: 1000)
        #expect(fault(other).faults.count == 20, "a file of something else")
        #expect(throws: StaffFileError.self) { try StaffFile([0x61, 0xFF, 0x3A]) }
    }

    @Test func keepsRemarksWhenItIsChanged() throws {
        var file = try staff(Self.text)
        file.set(try member("bob", [.operator]))
        file.set(try member("eve"))
        let removals = (file.remove("alice"), file.remove("alice"))
        #expect(removals == (true, false))
        #expect(
            file.text == """
                # who may see the pages

                bob:analyst+operator:\(Hashes.yescrypt5)
                # carol left
                dora@example.org:analyst:\(Hashes.bcryptY)
                eve:analyst:\(Hashes.yescrypt5)

                """)
        #expect(try staff(file.text).members == file.members)
    }

    @Test func survivesAnyBytes() throws {
        var generator = SeededGenerator(state: 11)
        let good = Array(Self.text.utf8)
        for _ in 0..<5_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            guard let file = try? StaffFile(bytes) else { continue }
            let again = try staff(file.text)
            #expect(again.members == file.members && again.text == file.text)
        }
    }

    private func fault(_ text: String) -> StaffFileError {
        do throws(StaffFileError) { _ = try StaffFile(Array(text.utf8)) } catch { return error }
        Issue.record("nothing was found wrong with \(text.prefix(40).debugDescription)")
        fatalError("there is no fault to return")
    }
}
