import Staff
import Testing

@Suite struct OriginRulesTests {
    private static let own = "https://telemetry.example.org"

    @Test(
        arguments: [
            (["same-origin"], [own], .allowed),
            (["same-origin"], [], .allowed),
            ([], [own], .allowed),
            (["cross-site"], [own], .refused(.otherSite("cross-site"))),
            (["same-site"], [own], .refused(.otherSite("same-site"))),
            (["none"], [own], .refused(.otherSite("none"))),
            (["Same-Origin"], [own], .refused(.otherSite("Same-Origin"))),
            ([""], [own], .refused(.otherSite(""))),
            ([], ["null"], .refused(.otherOrigin)),
            ([], ["http://telemetry.example.org"], .refused(.otherOrigin)),
            ([], ["https://telemetry.example.org.evil"], .refused(.otherOrigin)),
            ([], ["https://telemetry.example.org:8443"], .refused(.otherOrigin)),
            ([], ["https://telemetry.example.org/"], .refused(.otherOrigin)),
            ([], [""], .refused(.otherOrigin)),
            ([], [], .refused(.unknownOrigin)),
            (["same-origin", "same-origin"], [], .refused(.repeated)),
            ([], [own, own], .refused(.repeated)),
        ] as [([String], [String], OriginRules.Verdict)])
    func judges(_ site: [String], _ origin: [String], _ verdict: OriginRules.Verdict) {
        #expect(OriginRules.judge(secFetchSite: site, origin: origin, own: Self.own) == verdict)
    }

    @Test func refusesEveryOriginWhereItHasNone() {
        #expect(OriginRules.judge(secFetchSite: [], origin: ["null"], own: nil) == .refused(.otherOrigin))
    }
}
