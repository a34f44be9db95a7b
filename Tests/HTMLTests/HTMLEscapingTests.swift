import HTML
import Testing

/// Texts and values against another escaper, which goes by Unicode's own properties.
@Suite struct HTMLEscapingTests {
    private func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        switch properties.generalCategory {
        case .control: return scalar != "\t" && scalar != "\n"
        case .lineSeparator, .paragraphSeparator: return true
        default: return properties.isBidiControl || properties.isNoncharacterCodePoint || scalar == "\u{FEFF}"
        }
    }

    private func escaped(_ text: String) -> String {
        let names: [Unicode.Scalar: String] = ["&": "amp", "<": "lt", ">": "gt", "\"": "quot", "'": "#39"]
        return text.unicodeScalars.map { scalar in
            if let name = names[scalar] { return "&\(name);" }
            return isHidden(scalar) ? "\\u{\(String(scalar.value, radix: 16).uppercased())}" : String(scalar)
        }.joined()
    }

    @Test func `every scalar is written as the other escaper does`() {
        for block in stride(from: UInt32(0), to: 0x110000, by: 0x400) {
            let scalars = (block..<block + 0x400).compactMap(Unicode.Scalar.init)
            let text = String(String.UnicodeScalarView(scalars))
            var html = HTMLText()
            html.text(text)
            #expect(html.text == escaped(text), "from \(String(block, radix: 16))")
        }
    }

    @Test func `texts and values of any scalars are written as the other escaper does, and stay in their places`() {
        let pools: [[Unicode.Scalar]] = [
            Array("<>&\"'=/ -!`{}\\;#x0aA".unicodeScalars), (0..<0xA0).compactMap(Unicode.Scalar.init),
            Array("\u{61C}\u{200E}\u{200F}\u{202A}\u{202E}\u{2066}\u{2069}\u{2028}\u{FEFF}\u{200D}".unicodeScalars),
            // Beside the surrogates, and at the end of planes.
            [0xD7FF, 0xE000, 0xFDCF, 0xFDD0, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x1FFFE, 0x10FFFF].compactMap {
                Unicode.Scalar($0 as UInt32)
            },
            Array("e\u{301}\u{1F468}\u{1F3FD}\u{20E3}".unicodeScalars),
        ]
        for _ in 0..<1000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...12) { text.unicodeScalars.append(pools.randomElement()!.randomElement()!) }
            var html = HTMLText()
            html.element("p", [.attribute("title", text), .id("after")], text)
            let expected = escaped(text)
            #expect(
                html.bytes == Array("<p title=\"\(expected)\" id=\"after\">\(expected)</p>".utf8),
                "\(text.unicodeScalars.map { $0.value })")
        }
    }

    @Test func `elements are nested, void ones have no end, and flags no value`() {
        var html = HTMLText()
        html.doctype()
        html.element("ul") { html in
            html.element("li", "a")
            html.void("br")
            html.void("input", [.attribute("name", ""), .attribute("value", nil), .flag("checked")])
        }
        #expect(html.text == "<!DOCTYPE html>\n<ul><li>a</li><br><input name=\"\" checked></ul>")
    }

    @Test func `what was written elsewhere is appended as it is`() {
        var (html, other) = (HTMLText(), HTMLText())
        other.element("b", "<")
        html.append(other)
        html.append(other)
        #expect(html.text == "<b>&lt;</b><b>&lt;</b>")
    }
}
