import Terminal
import Testing

@Suite struct VisibleTextTests {
    @Test(arguments: [
        ("\u{1B}[2J", "\\u{1b}[2J"), ("a\nb\r\tc", "a\\u{a}b\\u{d}\\u{9}c"), ("\u{7F}", "\\u{7f}"),
        ("\u{9B}31m", "\\u{9b}31m"),
        ("\u{85}\u{2028}\u{2029}", "\\u{85}\\u{2028}\\u{2029}"), ("a\u{202E}b\u{2066}", "a\\u{202e}b\\u{2066}"),
        ("a\u{200B}\u{200D}\u{FEFF}\u{2060}\u{AD}", "a\\u{200b}\\u{200d}\\u{feff}\\u{2060}\\u{ad}"),
        ("\u{E0041}\u{E0100}\u{3164}", "\\u{e0041}\\u{e0100}\\u{3164}"), ("e\u{301}", "e\u{301}"),
    ])
    func whatWouldDoSomethingOrHideIsEscaped(text: String, expected: String) {
        #expect(Array(VisibleText.escaped(text).unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test(arguments: ["", "plain", "Ελλάδα שלום 日本 Zürich 👍", "a\\u{1b}", "\u{FFFD}"])
    func everythingElseStays(text: String) { #expect(Array(VisibleText.escaped(text).utf8) == Array(text.utf8)) }

    @Test func noScalarThatIsEscapedComesOut() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), VisibleText.isHidden(scalar) else { continue }
            #expect(!VisibleText.escaped(String(scalar)).unicodeScalars.contains(where: VisibleText.isHidden))
            #expect(
                !VisibleText.escaped(json: String(scalar)).contains(scalar == "\n" ? "\r" : String(scalar))
                    || "\n\r\t".unicodeScalars.contains(scalar))
        }
    }

    @Test func bytesThatAreNoTextAreShown() {
        #expect(
            VisibleText.escaped(bytes: [0x61, 0xFF, 0xC3, 0x28, 0xE2, 0x80, 0x1B])
                == "a\\x{ff}\\x{c3}(\\x{e2}\\x{80}\\u{1b}")
        #expect(VisibleText.escaped(bytes: Array("é".utf8)) == "é")
    }

    @Test func jsonMeansTheSame() {
        #expect(
            VisibleText.escaped(json: "{\"a\":\n\t\"\u{9B}\u{202E}\u{E0041}é\"}")
                == "{\"a\":\n\t\"\\u009b\\u202e\\udb40\\udc41é\"}")
    }
}

@Suite struct OutputTextTests {
    @Test func whatIsPutIntoTheProgramsWordsIsEscaped() {
        let stranger = "x\n1 forged\u{1B}[2J"
        let inner: OutputText = "id \(stranger)\n"
        let line: OutputText = "\u{1B}[1m\(inner)\u{1B}[0m \(7) \(Optional(stranger) ?? "")"
        #expect(line.description == "\u{1B}[1mid x\\u{a}1 forged\\u{1b}[2J\n\u{1B}[0m 7 x\\u{a}1 forged\\u{1b}[2J")
    }

    @Test func aStrangersLinesAreIndented() {
        #expect(OutputText(indenting: Array("a\n1 forged\u{1B}".utf8)).description == "  a\n  1 forged\\u{1b}")
    }

    @Test func columnsCountCharacters() {
        #expect(OutputText("é").left(3).description == "é  ")
        #expect(OutputText("abcdef").cut(4).description == "abc…")
    }
}
