import Staff
import Testing

@Suite struct HostRulesTests {
    private static let loopback = HostRules(url: nil, listener: ("127.0.0.1", 8089))
    private static let reverse = HostRules(
        url: DashboardURL("https://telemetry.example.org"), listener: ("127.0.0.1", 8089))

    @Test(arguments: ["127.0.0.1:8089", "localhost:8089", "LOCALHOST:8089", "[::1]:8089", "127.0.0.2:8089"])
    func allowsLoopback(_ host: String) { #expect(Self.loopback.allows([host])) }

    @Test(arguments: [
        "evil.example", "evil.example:8089", "127.0.0.1.evil.example:8089", "localhost:other", "localhost:80",
        "localhost",
        "127.0.0.1", "", ":8089", "localhost:8089:8089", "user@localhost:8089", "localhost:8089/", "localhost.:8089",
        "::1:8089",
        "[::1]", "[::1]8089", "[::1%lo]:8089", "localhost:08089x", "localhost:0", "localhost:99999", " localhost:8089",
        "localhost:8089,evil.example", "local host:8089", "10.0.0.1:8089", "localhost\u{0}:8089", "0x7f.1:8089",
        "2130706433:8089",
    ])
    func refusesOtherHosts(_ host: String) { #expect(!Self.loopback.allows([host])) }

    @Test func wantsOneHost() {
        #expect(!Self.loopback.allows([]))
        #expect(!Self.loopback.allows(["localhost:8089", "localhost:8089"]))
        #expect(!Self.loopback.allows(["localhost:8089", "evil.example"]))
    }

    @Test func allowsTheURL() {
        for host in ["telemetry.example.org", "Telemetry.Example.Org", "telemetry.example.org:443", "localhost:8089"] {
            #expect(Self.reverse.allows([host]), "\(host)")
        }
        for host in [
            "telemetry.example.org:80", "telemetry.example.org:8089", "x.telemetry.example.org", "example.org",
        ] {
            #expect(!Self.reverse.allows([host]), "\(host)")
        }
        let odd = HostRules(url: DashboardURL("http://box:9000/"), listener: nil)
        #expect(odd.allows(["box:9000"]) && !odd.allows(["box"]) && !odd.allows(["localhost:9000"]))
    }

    @Test func allowsAddressesWhereItListensOnThem() {
        let one = HostRules(url: nil, listener: ("192.0.2.1", 80))
        #expect(one.allows(["192.0.2.1"]) && one.allows(["192.0.2.1:80"]))
        #expect(!one.allows(["192.0.2.2"]) && !one.allows(["localhost"]) && !one.allows(["evil.example"]))
        for host in ["0.0.0.0", "::", "[::]"] {
            let all = HostRules(url: nil, listener: (host, 8089))
            #expect(
                all.allows(["192.0.2.2:8089"]) && all.allows(["[2001:db8::1]:8089"]) && all.allows(["localhost:8089"]))
            #expect(!all.allows(["evil.example:8089"]) && !all.allows(["192.0.2.2"]))
        }
    }

    @Test(arguments: [
        ("https://telemetry.example.org", "https://telemetry.example.org"),
        ("HTTPS://Telemetry.example.org:443/", "https://telemetry.example.org"),
        ("http://telemetry.example.org:443", "http://telemetry.example.org:443"),
        ("http://[::1]:8089", "http://[::1]:8089"),
        ("https://telemetry.example.org/pages", nil), ("ftp://example.org", nil), ("telemetry.example.org", nil),
        ("https://", nil), ("https://user@example.org", nil), ("https://example.org?x", nil), ("https://a b", nil),
        ("https://example.org:0", nil), ("https://example..org", nil), ("https://-a.org", nil), ("", nil),
    ])
    func readsURLs(_ text: String, _ origin: String?) { #expect(DashboardURL(text)?.origin == origin) }

    @Test func knowsTheOriginOfAHost() {
        #expect(Self.reverse.origin(of: "telemetry.example.org") == "https://telemetry.example.org")
        #expect(Self.reverse.origin(of: "localhost:8089") == "http://localhost:8089")
        #expect(Self.loopback.origin(of: "[::1]:8089") == "http://[::1]:8089")
        #expect(Self.loopback.origin(of: "evil.example") == nil)
        #expect(HostRules(url: nil, listener: ("192.0.2.1", 80)).origin(of: "192.0.2.1:80") == "http://192.0.2.1")
    }
}
