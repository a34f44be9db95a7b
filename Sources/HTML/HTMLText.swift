/// Writes HTML and SVG. Whatever is a text or the value of an attribute is escaped; there is no way to add markup that is not.
///
/// Names of elements and attributes are `StaticString`s, so that nothing that came from outside can become one.
package struct HTMLText: Sendable {
    package private(set) var bytes: [UInt8] = []

    /// Where the contents of elements stand that can be replaced by themselves, by name.
    private var parts: [(name: String, range: Range<Int>)] = []

    package init() { bytes.reserveCapacity(16 * 1024) }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The first line of a document.
    package mutating func doctype() { raw("<!DOCTYPE html>\n") }

    /// An element with what `body` writes in it.
    package mutating func element(
        _ name: StaticString, _ attributes: [HTMLAttribute] = [], _ body: (inout HTMLText) throws -> Void
    ) rethrows {
        open(name, attributes)
        try body(&self)
        raw("</")
        raw(name)
        raw(">")
    }

    /// An element with a text in it.
    package mutating func element(_ name: StaticString, _ attributes: [HTMLAttribute] = [], _ text: String) {
        element(name, attributes) { $0.text(text) }
    }

    package mutating func element(_ name: StaticString, _ text: String) { element(name, [], text) }

    /// An element without content and without an end: `<br>`, `<input>`, `<meta>`.
    package mutating func void(_ name: StaticString, _ attributes: [HTMLAttribute] = []) { open(name, attributes) }

    /// A piece of the document that a page can replace while it is shown.
    package mutating func part(_ name: String, _ body: (inout HTMLText) throws -> Void) rethrows {
        try element("div", [.attribute("data-part", name)]) { html in
            let start = html.bytes.count
            try body(&html)
            html.parts.append((name, start..<html.bytes.count))
        }
    }

    /// What stands in each ``part(_:_:)``.
    package var partTexts: [(name: String, html: String)] {
        parts.map { ($0.name, String(decoding: bytes[$0.range], as: UTF8.self)) }
    }

    /// What a browser shows as it stands. Characters that no document may have, and those that change the order of what is read, are
    /// shown by their numbers.
    package mutating func text(_ text: String) { escape(text) }

    /// What was written elsewhere, by the same rules.
    package mutating func append(_ other: HTMLText) {
        parts += other.parts.map { ($0.name, $0.range.lowerBound + bytes.count..<$0.range.upperBound + bytes.count) }
        bytes += other.bytes
    }

    private mutating func open(_ name: StaticString, _ attributes: [HTMLAttribute]) {
        raw("<")
        raw(name)
        for attribute in attributes {
            guard case .some(let value) = attribute.value else { continue }
            raw(" ")
            raw(attribute.name)
            if case .text(let text) = value {
                raw("=\"")
                escape(text)
                raw("\"")
            }
        }
        raw(">")
    }

    private mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Goes by bytes: what need not be escaped is copied in one piece.
    private mutating func escape(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            var (copied, place) = (0, 0)
            while place < utf8.count {
                let byte = utf8[place]
                if Self.isPlain(byte) {
                    place += 1
                    continue
                }
                let (scalar, length) = Self.scalar(utf8[place...])
                if byte < 0x80 || Self.isHidden(scalar) {
                    bytes.append(contentsOf: utf8[copied..<place])
                    escape(scalar)
                    copied = place + length
                }
                place += length
            }
            bytes.append(contentsOf: utf8[copied...])
        }
    }

    private mutating func escape(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "&": raw("&amp;")
        case "<": raw("&lt;")
        case ">": raw("&gt;")
        case "\"": raw("&quot;")
        case "'": raw("&#39;")
        default:
            raw("\\u{")
            bytes.append(contentsOf: String(scalar.value, radix: 16, uppercase: true).utf8)
            raw("}")
        }
    }

    /// ASCII that stands for itself.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
        case 0x09, 0x0A, 0x20..<0x7F: true
        default: false
        }
    }

    /// The first scalar of valid UTF-8, and how many bytes it has.
    private static func scalar(_ utf8: Slice<UnsafeBufferPointer<UInt8>>) -> (scalar: Unicode.Scalar, length: Int) {
        var decoder = UTF8()
        var bytes = utf8.makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&bytes) else { return ("\u{FFFD}", 1) }
        return (scalar, UTF8.width(scalar))
    }

    /// Control characters but tab and line feed, noncharacters, ends of lines and paragraphs, and the marks that turn the direction of a text.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF,
            0xFDD0...0xFDEF:
            true
        // The last two of each plane.
        case let value: value & 0xFFFE == 0xFFFE
        }
    }
}
