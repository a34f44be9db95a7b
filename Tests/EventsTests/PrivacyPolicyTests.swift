import Events
import Testing

@Suite struct PrivacyPolicyTests {
    private func apply(_ policy: PrivacyPolicy, _ body: String) -> String? {
        var arena = ByteArena()
        let range = arena.append(body)
        return policy.apply(to: range, in: &arena).map { arena.text($0) }
    }

    private func body(_ address: String) -> String {
        #"{ "ip_address" : "1.2.3.4", "x":{"device_browser":{"ip_address":"1.2.3.4"}}, "device_browser":{"#
            + #""user_agent":"a\"}",  "ip_address" :  \#(address) ,"n":1.50}}"#
    }

    @Test(arguments: [
        (#""203.0.113.17""#, #""203.0.113.0""#), (#""2001:db8:1:2:3:4:5:6""#, #""2001:db8:1::""#),
        (#""2001:DB8::1""#, #""2001:db8::""#), (#""::ffff:203.0.113.17""#, #""::ffff:203.0.113.0""#),
        (#""::FFFF:CB00:7111""#, #""::ffff:203.0.113.0""#),
        (#""0:0:0:0:0:ffff:203.0.113.17""#, #""::ffff:203.0.113.0""#),
        (#""::ffff:0:203.0.113.17""#, #""::ffff:0:cb00:7100""#),
        (#""64:ff9b::203.0.113.17""#, #""64:ff9b::cb00:7100""#),
        (#""64:ff9b:1:2::203.0.113.17""#, #""64:ff9b:1::""#), (#""::203.0.113.17""#, #""::203.0.113.0""#),
        (#""2002:cb00:7111:1::2""#, #""2002:cb00:7100::""#),
        (#""2001:0:4136:e378:8000:63bf:34ff:8eee""#, #""2001:0:4136::""#),
        (#""::1""#, #""::""#), (#""fe80::1%eth0""#, "null"), (#""203.0.113.17:52344""#, #""203.0.113.0""#),
        (#""[2001:db8::1]:443""#, #""2001:db8::""#), (#""[2001:db8::1]""#, #""2001:db8::""#),
        (#""203.0.113.17, 10.0.0.1""#, #""203.0.113.0""#), (#"" 203.0.113.17:80,10.0.0.1""#, #""203.0.113.0""#),
        (#""203.0.113.17 10.0.0.1""#, "null"), (#""unknown, 10.0.0.1""#, "null"), (#"",203.0.113.17""#, "null"),
        (#""203.0.113.17:""#, "null"), (#""203.0.113.17:http""#, "null"), (#""[2001:db8::1""#, "null"),
        (#""203.0.113.17%eth0""#, "null"), (#""203.0.113.17\u0000""#, "null"), (#""""#, "null"),
        (#""203\u002e0.113.17""#, #""203.0.113.0""#),
        (#""no address""#, "null"), ("17", "null"), (#"["203.0.113.17"]"#, "null"),
    ])
    func `truncating changes the address and no other byte`(address: String, expected: String) {
        #expect(apply(.truncate, body(address)) == body(expected))
    }

    @Test(arguments: [#""203.0.113.17""#, #"["203.0.113.17"]"#, #"[{"ip_address":"203.0.113.17"}]"#, "17", "true"])
    func `a device that is no object becomes null, because an address may be in it`(device: String) {
        for policy in [PrivacyPolicy.truncate, .drop] {
            #expect(
                apply(policy, #"{"a":1,"device_browser": \#(device) ,"b":2}"#)
                    == #"{"a":1,"device_browser": null ,"b":2}"#)
        }
        #expect(apply(.keep, #"{"device_browser":\#(device)}"#) == nil)
    }

    @Test func `dropping leaves null`() {
        #expect(apply(.drop, body(#""203.0.113.17""#)) == body("null"))
    }

    @Test func `keeping, and what needs no change, costs nothing`() {
        #expect(apply(.keep, body(#""203.0.113.17""#)) == nil)
        #expect(apply(.drop, body("null")) == nil)
        #expect(apply(.truncate, body(#""203.0.113.0""#)) == nil)
        #expect(apply(.drop, #"{"device_browser":null}"#) == nil)
        #expect(apply(.drop, "{}") == nil)
    }

    @Test func `members given twice or spelled with escapes are found`() {
        let twice =
            #"{"device_browser":{"ip_address":"1.2.3.4","ip\u005faddress":"1.2.3.5"},"device\u005Fbrowser":{"ip_address":"1.2.3.6"}}"#
        let expected =
            #"{"device_browser":{"ip_address":null,"ip\u005faddress":null},"device\u005Fbrowser":{"ip_address":null}}"#
        #expect(apply(.drop, twice) == expected)
    }

    @Test func `a rewritten message still decodes`() {
        for policy in PrivacyPolicy.allCases {
            let rewritten = apply(policy, DecoderHarness.profiler) ?? DecoderHarness.profiler
            #expect(DecoderHarness.decide(rewritten, from: .profiler).profilers.count == 1)
            #expect(rewritten.contains("203.0.113.17") == (policy == .keep))
        }
    }

    @Test func `no body makes it read beyond the end`() {
        var random = SeededRandom(seed: 11)
        for _ in 0..<3000 {
            let mutated = Mutation.random(of: Array(DecoderHarness.profiler.utf8), using: &random)
            var arena = ByteArena()
            let range = mutated.withUnsafeBytes { arena.append($0) }
            let result = PrivacyPolicy.drop.apply(to: range, in: &arena)
            #expect(Int(result?.count ?? 0) <= mutated.count * 4)
        }
    }
}
