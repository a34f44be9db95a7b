/// A strict JSON (RFC 8259) reader for what people write by hand, such as model files: small, exact about places, and not for the hot path.
///
/// Stricter than the grammar where a person would want to know: a name that occurs twice in an object is an error, and nothing may follow
/// the document. Nesting is limited, so a hostile file cannot exhaust the stack.
package struct JSONReader {
    private static let depthLimit = 16
    private let bytes: [UInt8]
    private var index = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    package static func read(_ bytes: some Sequence<UInt8>) throws(JSONError) -> JSONValue {
        var reader = JSONReader(Array(bytes))
        // A byte order mark.
        if reader.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.index = 3 }
        guard String(validating: reader.bytes, as: UTF8.self) != nil else {
            throw JSONError("", "the file is not UTF-8 text")
        }
        let value = try reader.value(at: "", depth: 0)
        reader.skipSpace()
        guard reader.index == reader.bytes.count else { throw reader.unexpected("the end of the file", at: "") }
        return value
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private func unexpected(_ expected: String, at pointer: String) -> JSONError {
        let read = bytes[..<index]
        let line = read.count { $0 == 0x0A } + 1
        let column = index - (read.lastIndex(of: 0x0A) ?? -1)
        let end = index < bytes.count ? "" : ", but the file ends there"
        return JSONError(pointer, "expected \(expected) in line \(line), column \(column)\(end)")
    }

    private mutating func value(at pointer: String, depth: Int) throws(JSONError) -> JSONValue {
        guard depth < Self.depthLimit else {
            throw JSONError(pointer, "the file is nested more than \(Self.depthLimit) deep")
        }
        skipSpace()
        let content: JSONValue.Content
        switch next {
        case UInt8(ascii: "{"): content = try object(at: pointer, depth: depth)
        case UInt8(ascii: "["): content = try array(at: pointer, depth: depth)
        case UInt8(ascii: "\""): content = .string(try string(at: pointer))
        case UInt8(ascii: "t"): content = try word("true", .boolean(true), at: pointer)
        case UInt8(ascii: "f"): content = try word("false", .boolean(false), at: pointer)
        case UInt8(ascii: "n"): content = try word("null", .null, at: pointer)
        default: content = try number(at: pointer)
        }
        return JSONValue(pointer: pointer, content: content)
    }

    private mutating func word(
        _ word: String, _ content: JSONValue.Content, at pointer: String
    ) throws(JSONError) -> JSONValue.Content {
        guard bytes[index...].starts(with: word.utf8) else { throw unexpected("a value", at: pointer) }
        index += word.utf8.count
        return content
    }

    private mutating func object(at pointer: String, depth: Int) throws(JSONError) -> JSONValue.Content {
        index += 1
        var members: [(name: String, value: JSONValue)] = []
        var names: Set<[UInt8]> = []
        skipSpace()
        if skip("}") { return .object([]) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw unexpected("a name in quotation marks", at: pointer) }
            let name = try string(at: pointer)
            let place = JSONValue.pointer(pointer, name)
            guard names.insert(Array(name.utf8)).inserted else {
                throw JSONError(place, "\(quoted(name)) is there twice")
            }
            skipSpace()
            guard skip(":") else { throw unexpected("a colon", at: place) }
            members.append((name, try value(at: place, depth: depth + 1)))
            skipSpace()
            if skip("}") { return .object(members) }
            guard skip(",") else { throw unexpected("a comma or a closing brace", at: pointer) }
        }
    }

    private mutating func array(at pointer: String, depth: Int) throws(JSONError) -> JSONValue.Content {
        index += 1
        var elements: [JSONValue] = []
        skipSpace()
        if skip("]") { return .array([]) }
        while true {
            elements.append(try value(at: JSONValue.pointer(pointer, "\(elements.count)"), depth: depth + 1))
            skipSpace()
            if skip("]") { return .array(elements) }
            guard skip(",") else { throw unexpected("a comma or a closing bracket", at: pointer) }
        }
    }

    private mutating func number(at pointer: String) throws(JSONError) -> JSONValue.Content {
        let start = index
        _ = skip("-")
        if !skip("0") { try digits("a value", at: pointer) }
        if skip(".") { try digits("a digit", at: pointer) }
        if skip("e") || skip("E") {
            if !skip("+") { _ = skip("-") }
            try digits("a digit", at: pointer)
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let number = Double(text), number.isFinite else { throw JSONError(pointer, "\(text) is too large") }
        return .number(number)
    }

    private mutating func digits(_ expected: String, at pointer: String) throws(JSONError) {
        let start = index
        while let byte = next, byte >= 0x30, byte <= 0x39 { index += 1 }
        guard index > start else { throw unexpected(expected, at: pointer) }
    }

    private mutating func string(at pointer: String) throws(JSONError) -> String {
        index += 1
        var text: [UInt8] = []
        while let byte = next, byte >= 0x20 {
            index += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            if byte == UInt8(ascii: "\\") {
                text.append(contentsOf: try escape(at: pointer))
            } else {
                text.append(byte)
            }
        }
        throw unexpected("a closing quotation mark (control characters are escaped)", at: pointer)
    }

    private mutating func escape(at pointer: String) throws(JSONError) -> [UInt8] {
        let letter = next
        index += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter ?? 0]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var code = try fourDigits(at: pointer)
            if (0xD800..<0xDC00).contains(code), skip("\\"), skip("u") {
                let low = try fourDigits(at: pointer)
                code = (0xDC00..<0xE000).contains(low) ? 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) : code
            }
            guard let scalar = Unicode.Scalar(code) else { throw unexpected("a whole Unicode character", at: pointer) }
            return Array(String(Character(scalar)).utf8)
        default:
            index -= 1
            throw unexpected("an escaped character", at: pointer)
        }
    }

    private mutating func fourDigits(at pointer: String) throws(JSONError) -> UInt32 {
        let text = String(decoding: bytes[index..<min(index + 4, bytes.count)], as: UTF8.self)
        guard text.utf8.count == 4, text.allSatisfy(\.isHexDigit), let code = UInt32(text, radix: 16) else {
            throw unexpected("four hexadecimal digits", at: pointer)
        }
        index += 4
        return code
    }
}
