import Staff
import Testing

@Suite struct PeerNetworkTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("::1", "::1"), ("2001:DB8::0:1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"), ("0.0.0.0", "0.0.0.0"), ("::", "::"),
    ])
    func readsAddresses(_ text: String, _ shown: String) { #expect(PeerAddress(text)?.description == shown) }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4:80", "[::1]", ":::", "localhost", "1.2.3.4\u{0}", "g::",
    ])
    func refusesOtherTexts(_ text: String) { #expect(PeerAddress(text) == nil) }

    @Test func knowsTheNetworkOfAHousehold() {
        #expect(PeerAddress("2001:db8:1:2:3:4:5:6")?.network == PeerAddress("2001:db8:1:2::"))
        #expect(PeerAddress("192.0.2.1")?.network == PeerAddress("192.0.2.1"))
        #expect(PeerAddress("127.9.9.9")?.isLoopback == true && PeerAddress("::ffff:127.0.0.1")?.isLoopback == true)
        #expect(PeerAddress("::1")?.isLoopback == true && PeerAddress("10.0.0.1")?.isLoopback == false)
        #expect(PeerAddress("0.0.0.0")?.isUnspecified == true && PeerAddress("::")?.isUnspecified == true)
    }

    @Test(arguments: [
        (
            "10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.1.1"],
            ["9.255.255.255", "11.0.0.0", "::a00:1", "::1"]
        ),
        ("192.0.2.7", ["192.0.2.7"], ["192.0.2.6", "192.0.2.8"]),
        ("192.0.2.128/25", ["192.0.2.128", "192.0.2.255"], ["192.0.2.127"]),
        ("2001:db8::/32", ["2001:db8::", "2001:db8:ffff::1"], ["2001:db9::", "10.0.0.1"]),
        ("2001:db8::8000:0/97", ["2001:db8::8000:1"], ["2001:db8::7fff:1"]),
        ("2001:db8::/64", ["2001:db8::ffff"], ["2001:db8:0:1::"]),
        ("::1", ["::1"], ["::2", "127.0.0.1"]),
        ("::ffff:10.0.0.0/104", ["10.1.2.3"], ["11.1.2.3"]),
    ])
    func containsItsAddresses(_ text: String, _ inside: [String], _ outside: [String]) throws {
        let network = try PeerNetwork(text)
        for address in inside { #expect(network.contains(try #require(PeerAddress(address))), "\(address)") }
        for address in outside { #expect(!network.contains(try #require(PeerAddress(address))), "\(address)") }
    }

    @Test(
        arguments: [
            ("0.0.0.0/0", .tooWide), ("::/0", .tooWide), ("0.0.0.0/1", .tooWide), ("128.0.0.0/1", .tooWide),
            ("8000::/1", .tooWide),
            ("::ffff:0.0.0.0/96", .tooWide), ("::ffff:0:0/96", .tooWide), ("10.0.0.0/7", .tooWide),
            ("10.0.0.5/8", .hostBits(suggestion: "10.0.0.0/8")),
            ("2001:db8::1/64", .hostBits(suggestion: "2001:db8::/64")),
            ("10.0.0.0/33", .notALength), ("10.0.0.0/", .notALength), ("10.0.0.0/-1", .notALength),
            ("10.0.0.0/08", .notALength), ("10.0.0.0/+8", .notALength), ("10.0.0.0/8/8", .notALength),
            ("::/129", .notALength),
            ("*", .notAnAddress), ("", .notAnAddress), ("example.org", .notAnAddress), ("fe80::1%eth0", .notAnAddress),
        ] as [(String, PeerNetwork.Problem)])
    func refusesWhatCouldBeAnybody(_ text: String, _ problem: PeerNetwork.Problem) {
        #expect(throws: problem) { try PeerNetwork(text) }
    }
}
