import Spelling
import Testing

@Suite struct NearMissTests {
    private let words = ["VIEWED", "ACCEPTED", "IGNORED", "OVERRIDDEN", "LOW"]

    @Test(arguments: [
        ("viewed", "VIEWED"), ("VIEWD", "VIEWED"), ("Acepted", "ACCEPTED"), ("OVERIDEN", "OVERRIDDEN"), ("LOV", "LOW"),
        ("IGNORED ", "IGNORED"), ("OVERRIDE", "OVERRIDDEN"),
    ])
    func `another case or up to two slips are near`(given: String, expected: String) {
        #expect(NearMiss.find(given, among: words) == expected)
    }

    @Test(arguments: ["", "X", "MED", "OVERRULE", "VIEWED_ALL", "L", String(repeating: "VIEWED", count: 1000)])
    func `anything else is not`(given: String) {
        #expect(NearMiss.find(given, among: words) == nil)
    }

    @Test func `the nearest is named, not the first`() {
        #expect(NearMiss.find("abcd", among: ["abxy", "abcx"]) == "abcx")
    }
}
