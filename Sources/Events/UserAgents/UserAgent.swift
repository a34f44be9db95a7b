/// Browser and operating-system family of a `User-Agent` header. Version numbers are not looked at.
///
/// The families are those of Documentation.docc/User-agents.md: the names of ua-parser's uap-core, without what only tells the kind of device (`Chrome Mobile iOS`
/// is `Chrome`). Whatever says or shows that it is a robot is `bot`. A family that no rule knows is `other`.
package struct UserAgent: Sendable, Equatable {
    package static let bot = "bot"
    package static let other = "other"

    package let browser: String
    package let system: String

    /// Time grows with the length of `header` alone, whatever is in it.
    package init(_ header: some Collection<UInt8>) {
        let words = UserAgentWords(header)
        browser = Self.browser(of: words, words.family(in: UserAgentRules.browsers))
        system = Self.system(of: words, words.family(in: UserAgentRules.systems))
    }

    private static func browser(of words: UserAgentWords, _ family: String?) -> String {
        if words.isRobot { return bot }
        if let family { return family }
        // Of what shows pages by WebKit, the browser says Safari; the rest are views inside apps, and Apple's Mail.
        if words.contains("applewebkit/") {
            if words.contains("android") { return "Android Browser" }
            if words.contains("safari/") { return "Safari" }
            return words.contains("macintosh") ? "Apple Mail" : "WebKit"
        }
        if words.contains("gecko/") { return "Mozilla" }
        return other
    }

    private static func system(of words: UserAgentWords, _ family: String?) -> String {
        // Browsers for iPads ask for the desktop's pages in the name of a Mac; on a Mac there is no such browser.
        if family == "macOS", words.contains("crios/") || words.contains("edgios/") || words.contains("fxios/") {
            return "iPadOS"
        }
        return family ?? other
    }
}
