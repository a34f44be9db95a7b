/// Writes JSON text piece by piece; commas are put where they belong.
///
///     var json = JSONText()
///     json.object { json in
///         json.member("status", "stored")
///         json.array("errors") { … }
///     }
package struct JSONText {
    private var bytes: [UInt8] = []
    private var needsComma = false
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package init() {}

    /// An object as a value.
    package mutating func object(_ body: (inout JSONText) -> Void) {
        open("{")
        body(&self)
        close("}")
    }

    /// An object as a member.
    package mutating func object(_ name: String, _ body: (inout JSONText) -> Void) {
        self.name(name)
        object(body)
    }

    package mutating func array(_ body: (inout JSONText) -> Void) {
        open("[")
        body(&self)
        close("]")
    }

    package mutating func array(_ name: String, _ body: (inout JSONText) -> Void) {
        self.name(name)
        array(body)
    }

    package mutating func member(_ name: String, _ value: String?) {
        self.name(name)
        if let value { string(value) } else { raw("null") }
    }

    package mutating func member(_ name: String, _ value: Int64?) {
        self.name(name)
        raw(value.map { String($0) } ?? "null")
    }

    package mutating func member(_ name: String, _ value: Int?) {
        member(name, value.map { Int64($0) })
    }

    package mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        raw(value ? "true" : "false")
    }

    /// The shortest text that reads back as the same double; null for what JSON cannot say.
    package mutating func member(_ name: String, _ value: Double?) {
        self.name(name)
        number(value)
    }

    /// A member whose value is JSON already.
    package mutating func member(_ name: String, json: String) {
        self.name(name)
        raw(json)
    }

    /// A member whose value `body` writes.
    package mutating func member(_ name: String, _ body: (inout JSONText) -> Void) {
        self.name(name)
        body(&self)
    }

    package mutating func number(_ value: Double?) {
        guard let value, value.isFinite else { return raw("null") }
        raw(value.description)
    }

    package mutating func string(_ value: some StringProtocol) {
        separate()
        append("\"")
        // Almost all are plain.
        if value.utf8.withContiguousStorageIfAvailable(Self.isPlain) ?? Self.isPlain(value.utf8) {
            bytes.append(contentsOf: value.utf8)
        } else {
            escaped(value)
        }
        append("\"")
        needsComma = true
    }

    private static func isPlain(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }

    private mutating func escaped(_ value: some StringProtocol) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
            case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
            case UInt8(ascii: "\n"): bytes.append(contentsOf: #"\n"#.utf8)
            case UInt8(ascii: "\r"): bytes.append(contentsOf: #"\r"#.utf8)
            case UInt8(ascii: "\t"): bytes.append(contentsOf: #"\t"#.utf8)
            case _ where byte < 0x20:
                let digits = String(byte, radix: 16)
                bytes.append(contentsOf: (#"\u"# + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
            default: bytes.append(byte)
            }
        }
    }

    /// A value that is JSON already.
    package mutating func raw(_ json: String) {
        separate()
        bytes.append(contentsOf: json.utf8)
        needsComma = true
    }

    private mutating func name(_ name: String) {
        string(name)
        append(":")
        needsComma = false
    }

    private mutating func open(_ bracket: Unicode.Scalar) {
        separate()
        append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { append(",") }
    }

    /// One that is ASCII.
    private mutating func append(_ character: Unicode.Scalar) { bytes.append(UInt8(ascii: character)) }

    /// `value` as a JSON string, quotes included.
    package static func quoted(_ value: String) -> String {
        var json = JSONText()
        json.string(value)
        return json.text
    }
}
