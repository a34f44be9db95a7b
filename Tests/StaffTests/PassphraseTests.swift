import Staff
import Testing

@Suite struct PassphraseTests {
    @Test func hasFiveWordsThatSeldomComeAgain() {
        let made = (0..<200).map { _ in Passphrase.make() }
        #expect(Set(made).count == 200)
        #expect(made.allSatisfy { $0.split(separator: "-").count == 5 })
        #expect(made.allSatisfy { $0.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D } })
        // 1000 draws of 512: fewer different words would be a list that is shorter than it says.
        #expect(Set(made.flatMap { $0.split(separator: "-") }).count > 380)
    }

    @Test func wordsAreAsManyAsTheBitsSay() {
        let words = Passphrase.words
        #expect(words.count == 512 && Set(words).count == 512)
        #expect(Passphrase.bits == 5 * 9)
        #expect(words.allSatisfy { (3...9).contains($0.utf8.count) })
    }
}
