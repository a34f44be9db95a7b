import Staff
import Testing

@Suite struct PasswordDeskTests {
    private let desk = PasswordDesk()

    @Test func letsInWhoeverKnowsThePassword() throws {
        let file = try staff("alice:operator:\(Hashes.yescrypt5)\nbob:analyst:!\n")
        let alice = try #require(file["alice"])
        #expect(desk.check(name: "alice", password: "correct horse", in: file) == .member(alice))
        #expect(desk.check(name: "alice", password: "correct horse ", in: file) == .wrong)
        for name in ["Alice", "bob", "eve", "", "alice\u{0}", String(repeating: "x", count: 100_000)] {
            #expect(desk.check(name: name, password: "correct horse", in: file) == .wrong)
        }
        for password in ["", "!", "\u{0}", String(repeating: "x", count: 100_000)] {
            #expect(desk.check(name: "bob", password: password, in: file) == .wrong)
        }
        #expect(desk.check(name: "alice", password: "correct horse", in: StaffFile()) == .wrong)
    }

    @Test func refusesMoreThanCanWait() async throws {
        let file = try staff("alice:operator:\(Hashes.yescrypt8)\n")
        let none = PasswordDesk(mostWaiting: -1)
        #expect(none.check(name: "alice", password: "correct horse", in: file) == .busy)
        // With places enough for all, none is refused.
        let desk = desk
        let answers = await withTaskGroup(of: PasswordDesk.Answer.self) { group in
            for _ in 0..<4 { group.addTask { desk.check(name: "alice", password: "wrong", in: file) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: .wrong, count: 4))
    }
}
