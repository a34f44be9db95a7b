import Staff
import Testing

@Suite struct LoginThrottleTests {
    private let time = TestClock()
    private let home = PeerAddress("192.0.2.1")

    @Test func lengthensTheWaitAfterFiveFailures() {
        let throttle = LoginThrottle(clock: time.clock)
        var waits: [Int] = []
        for _ in 0..<14 {
            while case .wait(let seconds) = throttle.begin(name: "alice", peer: home) {
                waits.append(seconds)
                time.pass(Int64(seconds))
            }
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60, 60])
    }

    @Test func isByNameFromAnywhere() {
        let throttle = LoginThrottle(clock: time.clock)
        for number in 0..<5 { #expect(goesOn(throttle, "alice", PeerAddress("198.51.100.\(number)"))) }
        #expect(!goesOn(throttle, "alice", PeerAddress("203.0.113.9")))
        #expect(!goesOn(throttle, "alice", nil))
        #expect(goesOn(throttle, "bob", PeerAddress("203.0.113.9")))
    }

    @Test func isByPeerWhateverTheName() {
        let throttle = LoginThrottle(clock: time.clock)
        for number in 0..<5 { #expect(goesOn(throttle, "m\(number)", PeerAddress("2001:db8::\(number)"))) }
        #expect(!goesOn(throttle, "other", PeerAddress("2001:db8::ffff:1")), "the same /64")
        #expect(goesOn(throttle, "other", PeerAddress("2001:db8:0:1::1")), "the next /64")
        #expect(goesOn(throttle, "another", nil), "behind a proxy only the name counts")
    }

    @Test func countsNamesThatAreNoneForThePeerOnly() {
        let throttle = LoginThrottle(clock: time.clock)
        for _ in 0..<5 { #expect(goesOn(throttle, String(repeating: "x", count: 100_000), home)) }
        #expect(!goesOn(throttle, "", home))
        for _ in 0..<50 { #expect(goesOn(throttle, "no name", nil)) }
    }

    @Test func beginsAnewAfterASuccess() {
        let throttle = LoginThrottle(clock: time.clock)
        for _ in 0..<4 { _ = throttle.begin(name: "alice", peer: home) }
        guard case .goOn(let attempt) = throttle.begin(name: "alice", peer: home) else {
            Issue.record("five are free")
            return
        }
        throttle.succeeded(attempt)
        #expect(goesOn(throttle, "alice", PeerAddress("198.51.100.1")))
        #expect(goesOn(throttle, "bob", home))
        #expect(!goesOn(throttle, "carol", home), "one success does not forgive guesses at others")
    }

    @Test func countsAttemptsThatAreStillUnderWay() {
        let throttle = LoginThrottle(clock: time.clock)
        let answers = (0..<100).map { _ in goesOn(throttle, "alice", home) }
        #expect(answers.filter(\.self).count == 5)
    }

    @Test func givesAnAttemptBackThatWasNotMade() {
        let throttle = LoginThrottle(clock: time.clock)
        for _ in 0..<50 {
            guard case .goOn(let attempt) = throttle.begin(name: "alice", peer: home) else {
                Issue.record("nothing failed")
                return
            }
            throttle.withdraw(attempt)
        }
    }

    @Test func forgetsAfterAQuarterOfAnHour() {
        let throttle = LoginThrottle(clock: time.clock)
        for _ in 0..<5 { _ = throttle.begin(name: "alice", peer: home) }
        #expect(!goesOn(throttle, "alice", home))
        time.pass(901)
        for _ in 0..<5 { #expect(goesOn(throttle, "alice", home)) }
        #expect(!goesOn(throttle, "alice", home))
    }

    @Test func hasBoundedMemoryAndKeepsWhoWaits() {
        let throttle = LoginThrottle(clock: time.clock)
        for _ in 0..<6 { _ = throttle.begin(name: "alice", peer: nil) }
        for _ in 0..<20 {
            for number in 0..<2000 {
                _ = throttle.begin(name: "m\(number)", peer: PeerAddress("10.0.\(number / 256).\(number % 256)"))
            }
            for number in 0..<2000 { _ = throttle.begin(name: "x\(time.clock.wall())-\(number)", peer: nil) }
        }
        #expect(throttle.entryCount <= 10_000)
        #expect(!goesOn(throttle, "alice", nil), "a flood of names does not free one")
    }

    @Test func countsForTheLog() {
        let throttle = LoginThrottle(clock: time.clock)
        for _ in 0..<8 { _ = throttle.begin(name: "alice", peer: nil) }
        #expect(throttle.takeCounts() == (5, 3))
        #expect(throttle.takeCounts() == (0, 0))
    }

    private func goesOn(_ throttle: LoginThrottle, _ name: String, _ peer: PeerAddress?) -> Bool {
        if case .goOn = throttle.begin(name: name, peer: peer) { true } else { false }
    }
}
