import Events
import Testing

@Suite struct ByteKeyTests {
    /// Each group is one text to Unicode's canonical equivalence, in several spellings.
    static let equivalents: [[String]] = [
        ["Zo\u{EB}", "Zoe\u{308}"], ["\u{C5}", "A\u{30A}", "\u{212B}"], ["\u{AC00}", "\u{1100}\u{1161}"],
        ["a\u{323}\u{302}", "a\u{302}\u{323}", "\u{1EAD}"], ["K", "\u{212A}"], [";", "\u{37E}"],
    ]

    @Test func `the spellings are equal as strings, or this suite shows nothing`() {
        for group in Self.equivalents { #expect(group.allSatisfy { $0 == group[0] }) }
    }

    @Test func `different bytes are different keys, in every kind of collection`() {
        let all = Self.equivalents.flatMap { $0 }.map { ByteKey($0) }
        #expect(Set(all).count == all.count)
        var numbers: [ByteKey: Int] = [:]
        for (number, key) in all.enumerated() { numbers[key] = number }
        for (number, key) in all.enumerated() { #expect(numbers[key] == number) }
        for (place, key) in all.enumerated() {
            let texts = all.map(\.text)
            #expect(texts.firstIndex(ofBytes: key.text) == place)
            #expect(!texts[..<place].containsBytes(of: key.text))
        }
    }

    @Test func `keys sort as their bytes do, and as SQLite sorts them`() {
        let all = Self.equivalents.flatMap { $0 } + ["", "a", "ab", "b", "\u{FF5E}", "\u{10000}"]
        let sorted = all.shuffled().map { ByteKey($0) }.sorted().map { Array($0.text.utf8) }
        #expect(sorted == all.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test func `random texts are equal where their bytes are`() {
        var random = SeededRandom(seed: 3)
        let letters: [Unicode.Scalar] = [
            "a", "e", "\u{E9}", "\u{301}", "\u{323}", "\u{212B}", "\u{C5}", "\u{1100}", "\u{1161}",
        ]
        func text() -> String {
            String(
                String.UnicodeScalarView(
                    (0..<Int.random(in: 0...4, using: &random)).map { _ in letters.randomElement(using: &random)! }))
        }
        for _ in 0..<20_000 {
            let (left, right) = (text(), text())
            let isSame = Array(left.utf8) == Array(right.utf8)
            #expect((ByteKey(left) == ByteKey(right)) == isSame)
            if isSame { #expect(ByteKey(left).hashValue == ByteKey(right).hashValue) }
            #expect(!(ByteKey(left) < ByteKey(right) && ByteKey(right) < ByteKey(left)))
            if !isSame { #expect(ByteKey(left) < ByteKey(right) || ByteKey(right) < ByteKey(left)) }
        }
    }
}
