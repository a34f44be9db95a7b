import Staff
import Testing

@Suite struct SessionBookTests {
    private let time = TestClock()

    private func book(_ limits: SessionBook.Limits = .init()) -> SessionBook { SessionBook(limits, clock: time.clock) }

    @Test func findsASessionByItsToken() throws {
        let book = book()
        let (token, session) = book.begin(try member("alice", [.operator]), peer: "192.0.2.1")
        #expect(token.text.utf8.count == 64)
        let shown = try #require(SessionToken(token.text))
        let found = try #require(book.session(shown))
        #expect(found.id == session.id && found.name == "alice" && found.roles == [.analyst, .operator])
        #expect(found.peer == "192.0.2.1" && found.entrance == .password)
        #expect(found.formKey == session.formKey && !token.text.contains(found.id))
        #expect("\(token)" == "***" && "\(found.formKey)" == "***")
    }

    @Test func neverAdoptsATokenThatItDidNotMake() throws {
        let book = book()
        let planted = try #require(SessionToken(String(repeating: "ab", count: 32)))
        #expect(book.session(planted) == nil)
        let (token, _) = book.begin(try member("alice"), peer: "")
        #expect(token != planted)
        #expect(book.session(planted) == nil)
    }

    @Test(arguments: [
        "", "ab", String(repeating: "AB", count: 32), String(repeating: "ab", count: 33),
        String(repeating: "g", count: 64),
        String(repeating: "a", count: 63) + "\u{0}", String(repeating: "ä", count: 32),
        String(repeating: "a", count: 100_000),
    ])
    func takesNothingElseForAToken(_ text: String) { #expect(SessionToken(text) == nil) }

    @Test func endsAfterTwoHoursWithoutUse() throws {
        let book = book()
        let (token, _) = book.begin(try member("alice"), peer: "")
        time.pass(7199)
        #expect(book.session(token) != nil)
        time.pass(7199)
        #expect(book.session(token, isUse: false) != nil, "live numbers are not a use")
        time.pass(1)
        #expect(book.session(token) == nil)
        #expect(book.sessions.isEmpty)
    }

    @Test func endsAfterTwelveHoursOfUse() throws {
        let book = book()
        let (token, _) = book.begin(try member("alice"), peer: "")
        for _ in 0..<11 {
            time.pass(3600)
            #expect(book.session(token) != nil)
        }
        time.pass(3599)
        #expect(book.session(token) != nil)
        time.pass(1)
        #expect(book.session(token) == nil)
    }

    @Test func endsWhileTheMachineSleepsAndNotWhenTheClockIsPutBack() throws {
        let book = book()
        let (token, _) = book.begin(try member("alice"), peer: "")
        time.setWall(by: -86_400)
        #expect(book.session(token) != nil)
        time.sleep(2 * 86_400)
        #expect(book.session(token) == nil)
    }

    @Test func newLimitsCountForOldSessions() throws {
        let book = book()
        let (token, _) = book.begin(try member("alice"), peer: "")
        time.pass(600)
        book.limit(to: .init(idle: .seconds(300)))
        #expect(book.session(token) == nil)
    }

    @Test func listsTheLastUsedFirst() throws {
        let book = book()
        let (first, _) = book.begin(try member("alice"), peer: "")
        time.pass(1)
        book.begin(try member("bob"), peer: "")
        #expect(book.sessions.map(\.name) == ["bob", "alice"])
        time.pass(1)
        _ = book.session(first)
        #expect(book.sessions.map(\.name) == ["alice", "bob"])
        #expect(book.sessions[0].lastUse == book.sessions[0].began + 2_000_000)
    }

    @Test func endsOneOrAllOfAMember() throws {
        let book = book()
        let tokens = try (0..<3).map { _ in book.begin(try member("alice"), peer: "").token }
        let (others, session) = book.begin(try member("bob"), peer: "")
        #expect(book.end(tokens[0])?.name == "alice")
        #expect(book.end(tokens[0]) == nil && book.session(tokens[0]) == nil)
        #expect(book.isOpen(session.id))
        #expect(book.endAll(of: "alice").count == 2)
        #expect(book.session(tokens[1]) == nil && book.session(others) != nil)
        #expect(book.end(id: session.id)?.name == "bob" && !book.isOpen(session.id))
        #expect(book.end(id: session.id) == nil)
    }

    @Test func keepsOnlySessionsWhoseLineIsTheSame() throws {
        let before = try staff(
            """
            alice:analyst:\(Hashes.yescrypt5)
            bob:analyst:\(Hashes.yescrypt5)
            carol:operator:\(Hashes.yescrypt5)
            dora:analyst:\(Hashes.yescrypt5)
            """)
        let after = try staff(
            """
            # alice moved, and carol's roles are spelled out
            carol:analyst+operator:\(Hashes.yescrypt5)
            bob:analyst+auditor:\(Hashes.yescrypt5)
            alice:analyst:\(Hashes.yescrypt5)
            """)
        let book = book()
        for member in before.members { book.begin(member, peer: "") }
        #expect(Set(book.keep(only: after).map(\.name)) == ["bob", "dora"])
        #expect(Set(book.sessions.map(\.name)) == ["alice", "carol"])
    }

    @Test func crowdsOutWhoeverHasMost() throws {
        let book = book(.init(count: 10))
        let (bobs, _) = book.begin(try member("bob"), peer: "")
        for _ in 0..<50 {
            time.pass(1)
            book.begin(try member("alice"), peer: "")
        }
        #expect(book.sessions.count == 10)
        #expect(book.session(bobs) != nil)
        #expect(book.sessions.filter { $0.name == "alice" }.allSatisfy { $0.began > 1_800_000_040 * 1_000_000 })
    }
}
