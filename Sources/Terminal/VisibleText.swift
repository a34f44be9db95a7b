/// Makes visible what a terminal, a pager or the journal would obey or hide: the one function for whatever a stranger wrote.
///
/// Controls (C0, DEL, C1), line and paragraph separators, bidirectional controls, zero-width and other characters without a picture, tag
/// characters and bytes that are no UTF-8 become escapes. Everything else, and so every script, stays as it is.
package enum VisibleText {
    /// `\u{1b}` for each such scalar. What comes out is one line.
    package static func escaped(_ text: some StringProtocol) -> String {
        guard !isPlain(text.utf8) else { return String(text) }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isHidden(scalar) {
                result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// The same for bytes; those that are no UTF-8 become `\x{ff}`.
    package static func escaped(bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return escaped(text) }
        var result = ""
        var parser = Unicode.UTF8.ForwardParser()
        var input = bytes.makeIterator()
        var place = 0
        while true {
            switch parser.parseScalar(from: &input) {
            case .emptyInput: return result
            case .valid(let scalar):
                result += escaped(String(decoding: scalar, as: UTF8.self))
                place += scalar.count
            case .error(let length):
                for byte in bytes[place..<place + length] { result += "\\x{\(String(byte, radix: 16))}" }
                place += length
            }
        }
    }

    /// JSON text that means the same and hides nothing: `\u001b`. Outside of strings JSON has line breaks, tabs and blanks, which stay.
    package static func escaped(json: String) -> String {
        guard !isPlain(json.utf8) else { return json }
        var result = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            if isHidden(scalar), scalar != "\n", scalar != "\t", scalar != "\r" {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    result.append(
                        contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars)
                }
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// Printable ASCII, which is nearly everything.
    private static func isPlain(_ bytes: some Sequence<UInt8>) -> Bool { bytes.allSatisfy { 0x20...0x7E ~= $0 } }

    /// Whether it does something, or shows nothing.
    package static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value < 0x20 }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return true
        default: return properties.isDefaultIgnorableCodePoint
        }
    }
}
