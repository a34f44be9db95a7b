/// Browser and operating-system family of a `User-Agent` header, by the tokens that vendors document; version numbers are not looked at.
///
/// The order of the tokens matters: Edge says it is Chrome, Chrome says it is Safari, and everybody says Mozilla.
package struct UserAgent: Sendable, Equatable {
    package let browser: String
    package let system: String

    package init(_ header: some Collection<UInt8>) {
        let text = Array(header)
        browser = Self.browsers.first { Self.contains($0.token, text) }?.family ?? "other"
        system = Self.systems.first { Self.contains($0.token, text) }?.family ?? "other"
    }

    private static let browsers: [(token: [UInt8], family: String)] = named([
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("Edge/", "Edge"), ("OPR/", "Opera"),
        ("OPT/", "Opera"), ("Opera", "Opera"), ("SamsungBrowser/", "Samsung Internet"),
        ("YaBrowser/", "Yandex Browser"),
        ("Vivaldi/", "Vivaldi"), ("UCBrowser/", "UC Browser"), ("FxiOS/", "Firefox"), ("Focus/", "Firefox"),
        ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"),
        ("Chromium/", "Chrome"), ("Trident/", "Internet Explorer"), ("MSIE ", "Internet Explorer"),
        ("Safari/", "Safari"), ("AppleWebKit/", "WebKit"), ("curl/", "curl"), ("python-requests/", "python-requests"),
        ("okhttp/", "okhttp"), ("bot", "bot"), ("Bot", "bot"),
    ])

    private static let systems: [(token: [UInt8], family: String)] = named([
        ("Windows Phone", "Windows Phone"), ("Windows", "Windows"), ("iPhone", "iOS"), ("iPad", "iPadOS"),
        ("iPod", "iOS"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Macintosh", "macOS"), ("Mac OS X", "macOS"),
        ("FreeBSD", "BSD"), ("OpenBSD", "BSD"), ("NetBSD", "BSD"), ("Linux", "Linux"), ("X11", "Linux"),
    ])

    private static func named(_ pairs: [(String, String)]) -> [(token: [UInt8], family: String)] {
        pairs.map { (Array($0.0.utf8), $0.1) }
    }

    private static func contains(_ token: [UInt8], _ text: [UInt8]) -> Bool {
        guard text.count >= token.count else { return false }
        return (0...text.count - token.count).contains { start in
            text[start] == token[0] && text[start..<start + token.count].elementsEqual(token)
        }
    }
}
