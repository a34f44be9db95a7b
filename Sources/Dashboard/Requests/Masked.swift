internal import Events
internal import JSON

/// Personal values as everybody may see them.
enum Masked {
    /// The members of a message that are personal, wherever they stand.
    static let members = [
        "user_id", "ip_address", "device_fingerprint", "user_agent", "value_statement", "user_email", "email",
    ]

    private static let hidden = "•••"

    /// The first four characters.
    static func user(_ id: String) -> String { id.count <= 4 ? hidden : "\(id.prefix(4))\(hidden)" }

    /// A JSON document with the values of ``members`` masked, whatever else is in them. Everything else stays as it came, byte for byte.
    static func payload(_ text: String) -> String? {
        guard let values = PayloadValues(text, isWhole: members.contains) else { return nil }
        var bytes: [UInt8] = []
        var place = 0
        for value in values.values {
            guard let instead = instead(of: value, values) else { continue }
            bytes += values.bytes[place..<value.range.lowerBound]
            var json = JSONText()
            json.string(instead)
            bytes += Array(json.text.utf8)
            place = value.range.upperBound
        }
        return String(decoding: bytes + values.bytes[place...], as: UTF8.self)
    }

    /// A body as it came, without its personal values; nil where it has none.
    ///
    /// What is no JSON is cut where the first of ``members`` is named: where a value ends there, nobody can say.
    static func body(_ bytes: [UInt8]) -> [UInt8]? {
        if isDocument(bytes), let masked = String(validating: bytes, as: UTF8.self).flatMap(payload) {
            let shown = Array(masked.utf8)
            return shown == bytes ? nil : shown
        }
        let names = members.map { Array($0.utf8) }
        let named = bytes.indices.first { place in names.contains { bytes[place...].starts(with: $0) } }
        return named.map { bytes[..<$0] + Array("\(hidden) the rest may have personal values".utf8) }
    }

    /// What is shown in place of a value; nil where it is shown as it came.
    static func instead(of value: PayloadValues.Value, _ values: PayloadValues) -> String? {
        guard let name = value.path.last, members.contains(name) else { return document(in: value, values) }
        guard let text = values.string(value) else { return hidden }
        switch name {
        case "user_id": return user(text)
        case "user_agent": return family(text)
        default: return hidden
        }
    }

    /// A text that is a JSON document with personal values itself, as of producers that encode twice, without them.
    private static func document(in value: PayloadValues.Value, _ values: PayloadValues) -> String? {
        // The name of a member has quotation marks, which have a backslash in a text.
        guard values.bytes[value.range].contains(UInt8(ascii: "\\")), let text = values.string(value),
            isDocument(text.utf8), let masked = payload(text), masked != text
        else { return nil }
        return masked
    }

    private static func isDocument(_ bytes: some Sequence<UInt8>) -> Bool {
        let start = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return start == UInt8(ascii: "{") || start == UInt8(ascii: "[")
    }

    /// Of a browser, its family and that of its system.
    private static func family(_ header: String) -> String {
        let agent = UserAgent(Array(header.utf8))
        return agent.system == UserAgent.other ? agent.browser : "\(agent.browser) on \(agent.system)"
    }
}
