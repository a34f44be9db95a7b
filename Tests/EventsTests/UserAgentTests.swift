@testable import Events
import Testing

@Suite struct UserAgentTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let browser: String
        let system: String
        let header: String
        var testDescription: String { "\(browser) on \(system)" }

        init(_ browser: String, _ system: String, _ header: String) {
            (self.browser, self.system, self.header) = (browser, system, header)
        }
    }

    private static let blink = "AppleWebKit/537.36 (KHTML, like Gecko)"
    private static let webKit = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
    private static let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) \(webKit)"
    private static let android = "Mozilla/5.0 (Linux; Android 14; Pixel 8"

    static let cases: [Case] = [
        Case("Chrome", "Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) \(blink) Chrome/130.0.0.0 Safari/537.36"),
        Case(
            "Edge", "macOS",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) \(blink) Chrome/130.0 Safari/537.36 Edg/130.0"),
        Case("Safari", "macOS", "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) \(webKit) Version/18.0 Safari/605.1.15"),
        Case("Safari", "iOS", "\(phone) Version/18.1 Mobile/15E148 Safari/604.1"),
        Case(
            "Safari", "iPadOS",
            "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) \(webKit) Version/17.5 Mobile/15E148 Safari/604.1"),
        Case("Firefox", "Linux", "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"),
        Case("Firefox", "Android", "Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0"),
        Case("Chrome", "ChromeOS", "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) \(blink) Chrome/129.0.0.0 Safari/537.36"),
        Case(
            "Samsung Internet", "Android",
            "\(android)) \(blink) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36"),
        Case(
            "UC Browser", "Android",
            "Mozilla/5.0 (Linux; U; Android 12; en-US; M2101K7AI) \(blink) Version/4.0 Chrome/100.0 UCBrowser/13.4.2 Mobile Safari/537.36"
        ),
        Case("UC Browser", "other", "UCWEB/2.0 (Java; U; MIDP-2.0; en-US; nokia) U2/1.0.0 UCMini/10.9 Mobile"),
        // Views inside apps.
        Case("WebKit", "iOS", "\(phone) Mobile/15E148"),
        Case("Facebook", "iOS", "\(phone) Mobile/15E148 [FBAN/FBIOS;FBAV/488.0]"),
        Case("Instagram", "iOS", "\(phone) Mobile/15E148 Instagram 350.0.0 (iPhone14,5; iOS 18_1)"),
        Case("Google", "iOS", "\(phone) GSA/340.3 Mobile/15E148 Safari/604.1"),
        Case(
            "Chrome", "Android", "\(android) Build/AP2A; wv) \(blink) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36"
        ),
        Case("Apple Mail", "macOS", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) \(webKit)"),
        // Browsers of iPads that ask for the desktop's pages.
        Case(
            "Chrome", "iPadOS",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) \(webKit) CriOS/130 Version/17.5 Safari/605.1.15"),
        Case(
            "Edge", "iPadOS",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) \(webKit) EdgiOS/130 Version/17.5 Safari/605.1.15"),
        Case("Firefox", "iPadOS", "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) \(webKit) FxiOS/132.0 Safari/605.1.15"),
        // Robots.
        Case("bot", "other", "Googlebot/2.1 (+http://www.google.com/bot.html)"),
        Case(
            "bot", "Android",
            "\(android)) \(blink) Chrome/130.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
        ),
        Case("bot", "Windows", "Mozilla/5.0 (Windows NT 10.0) \(blink) Chrome/120.0 Safari/537.36 PTST/240101"),
        Case("bot", "other", "Baiduspider"),
        Case("bot", "other", "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)"),
        Case("bot", "other", "Mediapartners-Google"),
        Case("bot", "other", "SomeNewCrawler/0.1 (https://crawler.example)"),
        // What only looks like it.
        Case(
            "Chrome", "Android",
            "Mozilla/5.0 (Linux; Android 10; CUBOT X30) \(blink) Chrome/129.0.0.0 Mobile Safari/537.36"),
        Case("Internet Explorer", "Windows", "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; Gruppo Operativo)"),
        Case("Internet Explorer", "Windows", "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko"),
        Case(
            "Internet Explorer", "Windows Phone",
            "Mozilla/5.0 (compatible; MSIE 10.0; Windows Phone 8.0; Trident/6.0; IEMobile/10.0)"),
        Case("python-requests", "other", "python-requests/2.32.3"),
        Case("other", "other", ""), Case("other", "other", "\u{0}\u{FFFD}é🦊"), Case("other", "other", "-"),
    ]

    @Test(arguments: cases) func `A user agent has one browser and one system`(_ expected: Case) {
        let agent = UserAgent(expected.header.utf8)
        #expect(agent.browser == expected.browser)
        #expect(agent.system == expected.system)
    }

    @Test func `Upper and lower case do not matter`() {
        for expected in Self.cases {
            #expect(
                UserAgent(expected.header.utf8) == UserAgent(expected.header.lowercased().utf8), "\(expected.header)")
        }
    }

    @Test func `Every rule can be reached by its own tokens`() {
        for (table, part) in [(UserAgentRules.browsers, \UserAgent.browser), (UserAgentRules.systems, \.system)] {
            for rule in table.byFirstByte.joined() where UserAgent(rule.token)[keyPath: part] != UserAgent.bot {
                #expect(
                    UserAgent(rule.token)[keyPath: part] == table.families[rule.rank],
                    "\(String(decoding: rule.token, as: UTF8.self))")
            }
        }
    }
}
