import Staff
import Testing

@Suite struct FormTokenTests {
    private let key = FormKey()
    private let now: Int64 = 1_800_000_000_000_000

    @Test func isForOneRouteAndOneSelection() {
        let token = FormToken.make(key, route: "/replay", selection: "reason=x", now: now)
        #expect(FormToken.check(token, key, route: "/replay", selection: "reason=x", now: now) == .valid)
        #expect(FormToken.check(token, key, route: "/discard", selection: "reason=x", now: now) == .forged)
        #expect(FormToken.check(token, key, route: "/replay", selection: "reason=y", now: now) == .forged)
        #expect(FormToken.check(token, key, route: "/replayr", selection: "eason=x", now: now) == .forged)
        #expect(FormToken.check(token, FormKey(), route: "/replay", selection: "reason=x", now: now) == .forged)
    }

    @Test func isForHalfAnHour() {
        let token = FormToken.make(key, route: "/r", selection: "", now: now)
        func verdict(after seconds: Int64) -> FormToken.Verdict {
            FormToken.check(token, key, route: "/r", selection: "", now: now + seconds * 1_000_000)
        }
        #expect(verdict(after: 1799) == .valid && verdict(after: 1800) == .outdated)
        #expect(verdict(after: -60) == .valid && verdict(after: -61) == .outdated)
    }

    @Test func hasOneSpelling() {
        let token = FormToken.make(key, route: "/r", selection: "", now: now)
        for other in [
            "", token.uppercased(), token + "00", " " + token, String(token.dropLast(2)),
            String(repeating: "0", count: token.count),
        ] {
            #expect(FormToken.check(other, key, route: "/r", selection: "", now: now) == .forged)
        }
        for place in token.indices {
            var damaged = token
            damaged.replaceSubrange(place...place, with: token[place] == "0" ? "1" : "0")
            #expect(FormToken.check(damaged, key, route: "/r", selection: "", now: now) == .forged)
        }
    }

    @Test func isAnotherOneForEachForm() {
        let tokens = (0..<100).map { _ in FormToken.make(key, route: "/r", selection: "", now: now) }
        #expect(Set(tokens).count == 100)
    }

    @Test func comesFromTheNameWhereThereIsNoSession() {
        let token = FormToken.make(key.derived(for: "alice"), route: "/r", selection: "", now: now)
        #expect(FormToken.check(token, key.derived(for: "alice"), route: "/r", selection: "", now: now) == .valid)
        #expect(FormToken.check(token, key.derived(for: "bob"), route: "/r", selection: "", now: now) == .forged)
    }
}
