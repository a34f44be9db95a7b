internal import HTML

/// A body for people: indented, in its own order, with its own numbers and doubled members, and what is wrong marked where it stands.
///
/// What is no JSON is shown as text, and by its bytes.
struct BodyText {
    /// More than anybody reads; the rest can be downloaded.
    private static let most = 64 * 1024

    private let body: ArraySlice<UInt8>
    private let isCut: Bool
    private let faults: [BodyFault]
    /// Of each fault, the parts of its pointer.
    private let places: [[String]?]

    init(_ body: [UInt8], faults: [BodyFault]) {
        self.body = body.prefix(Self.most)
        isCut = body.count > Self.most
        self.faults = faults
        places = faults.map { BodyScanner.parts($0.pointer) }
    }

    func write(to html: inout HTMLText) {
        var scanner = BodyScanner(body)
        let pieces = isCut ? nil : scanner.pieces()
        html.element("pre", [.class("body"), .attribute("tabindex", "0")]) { html in
            guard let pieces else { return plain(&html) }
            var marked: Set<Int> = []
            for piece in pieces { write(piece, scanner, &marked, to: &html) }
        }
        if isCut {
            html.element("p", [.class("note")], "Only the first \(Self.most / 1024) KiB are shown, as they are.")
        }
        if pieces == nil { bytes(&html) }
    }

    /// - Parameter marked: Faults whose place was found already: a member that is there twice is marked twice, and led to once.
    private func write(
        _ piece: BodyScanner.Piece, _ scanner: BodyScanner, _ marked: inout Set<Int>, to html: inout HTMLText
    ) {
        switch piece {
        case .text(let text): html.text(text)
        case .value(let text, let node, let indent):
            let here = places.indices.filter { place in places[place].map { scanner.isAt(node, $0[...]) } ?? false }
            guard let first = here.first else { return html.text(text) }
            html.element("mark", [.id(marked.insert(first).inserted ? "fault-\(first)" : nil)], text)
            for place in here.dropFirst() where marked.insert(place).inserted {
                html.element("span", [.id("fault-\(place)")], "")
            }
            say(here.map { faults[$0] }, indent, &html)
        case .end(let text, let node, let indent):
            // Members that are missing belong where the object ends.
            for (place, fault) in faults.enumerated() {
                guard let parts = places[place], let name = parts.last, scanner.isAt(node, parts.dropLast()),
                    !scanner.has(name, in: node)
                else { continue }
                html.text("\n\(BodyScanner.indentation(indent + 1))")
                html.element(
                    "mark", [.id(marked.insert(place).inserted ? "fault-\(place)" : nil)], "“\(name)” is missing")
                say([fault], indent + 1, &html)
            }
            html.text(text)
        }
    }

    private func say(_ faults: [BodyFault], _ indent: Int, _ html: inout HTMLText) {
        for fault in faults { html.element("span", [.class("why")], "  ← \(fault.reason): \(fault.detail)") }
    }

    private func plain(_ html: inout HTMLText) {
        html.element("mark", [.id("fault-0")], String(decoding: body, as: UTF8.self))
        if let fault = faults.first { html.element("span", [.class("why")], "\n← \(fault.reason): \(fault.detail)") }
    }

    /// As `hexdump -C` does it.
    private func bytes(_ html: inout HTMLText) {
        let digits = Array("0123456789abcdef")
        html.element("details") { html in
            html.element("summary", "By its bytes")
            var text = ""
            let shown = Array(body.prefix(1024))
            for start in stride(from: 0, to: shown.count, by: 16) {
                let line = shown[start..<min(start + 16, shown.count)]
                let hex = line.map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined(separator: " ")
                let letters = line.map { (0x20...0x7E).contains($0) ? String(UnicodeScalar($0)) : "." }.joined()
                text +=
                    "\(String(repeating: "0", count: 6 - String(start, radix: 16).count))\(String(start, radix: 16))  \(hex)\(String(repeating: " ", count: max(0, 48 - hex.count)))\(letters)\n"
            }
            html.element("pre", text)
        }
    }
}
