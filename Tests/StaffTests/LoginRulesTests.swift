import Staff
import Testing

@Suite struct LoginRulesTests {
    @Test(arguments: [
        "/telemetry/", "/telemetry/events/", "/telemetry/events/?sort=-date&from=2026-01-01T00:00:00Z",
        "/telemetry/signals/rs-%E2%82%AC/", "/telemetry/where/?id=a%2Fb%5Cc", "/telemetry/events.csv?days=7",
    ])
    func goesBackToAPageOfOurs(_ next: String) { #expect(LoginRules.next(next) == next) }

    @Test(arguments: [
        nil, "", "/", "/telemetry", "/login", "//evil.example", "///evil.example", "https://evil.example",
        "https:evil.example",
        "/\\evil.example", "\\/evil.example", "/telemetry//evil.example", "/telemetry/\\evil.example",
        "/telemetry/..//evil.example",
        "/telemetry/../login", "/telemetry/%2e%2e/login", "/telemetry/.%2E/x", "/telemetry/./x",
        "/telemetry/%2f%2fevil.example",
        "/telemetry/%5cevil.example", "/telemetry/\r\nSet-Cookie: a=b", "/telemetry/%0d%0aSet-Cookie:a=b",
        "/telemetry/\u{0}",
        "/telemetry/%00", "/telemetry/\tx", " /telemetry/", "/telemetry/ x", "/telemetry/\u{202E}",
        "javascript:alert(1)",
        "/telemetry/%", "/telemetry/%2", "/telemetry/%+f", "/telemetry/#x", "/telemetry/?x=//evil.example",
        "/TELEMETRY/",
        "/telemetry/<script>", "/telemetry/" + String(repeating: "x", count: 3000),
    ])
    func goesToTheFirstPageOtherwise(_ next: String?) { #expect(LoginRules.next(next) == "/telemetry/") }
}
