/// Writes JSON text piece by piece; commas are put where they belong.
///
///     var json = JSONText()
///     json.object { json in
///         json.member("status", "stored")
///         json.array("errors") { … }
///     }
package struct JSONText {
    package private(set) var text = ""
    private var needsComma = false

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
        raw("\(value)")
    }

    package mutating func string(_ value: some StringProtocol) {
        separate()
        text += "\""
        // Almost all are plain.
        if value.utf8.withContiguousStorageIfAvailable(Self.isPlain) ?? Self.isPlain(value.utf8) {
            text += value
        } else {
            escaped(value)
        }
        text += "\""
        needsComma = true
    }

    private static func isPlain(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }

    private mutating func escaped(_ value: some StringProtocol) {
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    /// A value that is JSON already.
    package mutating func raw(_ json: String) {
        separate()
        text += json
        needsComma = true
    }

    private mutating func name(_ name: String) {
        string(name)
        text += ":"
        needsComma = false
    }

    private mutating func open(_ bracket: String) {
        separate()
        text += bracket
        needsComma = false
    }

    private mutating func close(_ bracket: String) {
        text += bracket
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { text += "," }
    }

    /// `value` as a JSON string, quotes included.
    package static func quoted(_ value: String) -> String {
        var json = JSONText()
        json.string(value)
        return json.text
    }
}
