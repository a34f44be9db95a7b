import Glibc
import Staff
import Testing

@Suite struct OneTimeLinksTests {
    private let time = TestClock()
    private let folder = TemporaryFolder()
    private let file: StaffFile

    init() throws { file = try staff("alice:operator:!\nbob:analyst:\(Hashes.yescrypt5)\n") }

    private var links: OneTimeLinks { OneTimeLinks(path: folder / "links", clock: time.clock) }

    @Test func signsInOnceInWhateverProcess() throws {
        let alice = try #require(file["alice"])
        let token = try links.make(for: alice)
        #expect(OneTimeLinks.target(token) == "/login/link/\(token)")
        #expect(try links.look(token, in: file) == .member(alice))
        #expect(try links.look(token, in: file) == .member(alice), "looking does not use it up")
        #expect(try links.redeem(token, in: file) == .member(alice))
        // Each of these opens the file anew, as another process would.
        #expect(try links.redeem(token, in: file) == .used)
        #expect(try links.look(token, in: file) == .used)
    }

    @Test func signsInOneOfManyAtOnce() async throws {
        let token = try links.make(for: try #require(file["alice"]))
        let (links, file) = (links, file)
        let verdicts = try await withThrowingTaskGroup(of: OneTimeLinks.Verdict.self) { group in
            for _ in 0..<16 { group.addTask { try links.redeem(token, in: file) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(verdicts.filter { $0 != .used }.count == 1)
    }

    @Test func isForTenMinutes() throws {
        let token = try links.make(for: try #require(file["alice"]))
        time.pass(599)
        #expect(try links.look(token, in: file) != .outdated)
        time.pass(1)
        #expect(try links.redeem(token, in: file) == .outdated)
        time.setWall(by: -3600)
        #expect(try links.redeem(token, in: file) == .outdated, "a clock that was put back makes no link longer")
    }

    @Test func isForTheMemberAsItWas() throws {
        let token = try links.make(for: try #require(file["bob"]))
        #expect(try links.redeem(token, in: try staff("bob:analyst:!\n")) == .memberChanged)
        #expect(try links.redeem(token, in: try staff("bob:operator:\(Hashes.yescrypt5)\n")) == .memberChanged)
        #expect(try links.redeem(token, in: StaffFile()) == .memberChanged)
        #expect(try links.redeem(token, in: file) == .member(try #require(file["bob"])))
    }

    @Test func knowsNoOtherToken() throws {
        #expect(try links.redeem(String(repeating: "a", count: 64), in: file) == .unknown, "there is no file")
        let token = try links.make(for: try #require(file["alice"]))
        for wrong in [
            "", token.uppercased(), token + "0", String(token.dropLast()), "../../etc/passwd",
            String(repeating: "a", count: 64),
        ] {
            #expect(try links.redeem(wrong, in: file) == .unknown)
        }
    }

    @Test func keepsNoToken() throws {
        let token = try links.make(for: try #require(file["alice"]))
        let text = try #require(folder.read("links"))
        #expect(!text.contains(token) && text.hasSuffix(" alice\n"))
        var found = stat()
        stat(folder / "links", &found)
        #expect(found.st_mode & 0o7777 == 0o600)
    }

    @Test func forgetsWhatIsOver() throws {
        let alice = try #require(file["alice"])
        for _ in 0..<3 { _ = try links.redeem(try links.make(for: alice), in: file) }
        let open = try links.make(for: alice)
        #expect(folder.read("links")?.split(separator: "\n").count == 1, "what was used is left out by the next")
        time.pass(300)
        let other = try links.make(for: alice)
        #expect(try links.look(open, in: file) == .member(alice))
        #expect(try links.look(other, in: file) == .member(alice))
    }

    @Test func hasALimit() throws {
        let alice = try #require(file["alice"])
        for _ in 0..<100 { _ = try links.make(for: alice) }
        #expect(throws: OneTimeLinksError.self) { try links.make(for: alice) }
        time.pass(600)
        _ = try links.make(for: alice)
    }

    @Test(arguments: [Damage.symbolicLink, .hardLink, .folder, .fifo])
    func refusesWhatIsNoFileOfItsOwn(_ damage: Damage) throws {
        let path = folder / "links"
        try folder.write("other", "precious\n")
        switch damage {
        case .symbolicLink: symlink("other", path)
        case .hardLink: link(folder / "other", path)
        case .folder: mkdir(path, 0o700)
        case .fifo: mkfifo(path, 0o600)
        }
        #expect(throws: OneTimeLinksError.self) { try links.make(for: try #require(file["alice"])) }
        #expect(folder.read("other") == "precious\n")
        if damage == .folder { rmdir(path) }
    }

    enum Damage { case symbolicLink, hardLink, folder, fifo }
}
