/// A password that a program makes: five words of a list of 512, 45 bits, which yescrypt makes tens of thousands of years of one core.
package enum Passphrase {
    static let wordCount = 5
    package static var words: [String] { WordList.words }
    package static let bits = 45

    /// `maple-harbor-otter-quilt-zebra`
    package static func make() -> String {
        (0..<wordCount).map { _ in words[RandomBytes.number(below: words.count)] }
            .joined(separator: "-")
    }
}
