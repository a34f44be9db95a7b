/// A value of a document that was read, with the JSON Pointer (RFC 6901) of where it stands, so that every complaint can name the place.
package struct JSONValue: Sendable {
    package let pointer: String
    package let content: Content

    package enum Content: Sendable {
        /// Members in the file's order; names are unique.
        case object([(name: String, value: JSONValue)])
        case array([JSONValue])
        case string(String)
        case number(Double)
        case boolean(Bool)
        case null
    }

    /// The pointer of the member or element `step` of what stands at `pointer`.
    package static func pointer(_ pointer: String, _ step: some StringProtocol) -> String {
        guard step.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return "\(pointer)/\(step)"
        }
        var escaped = ""
        for character in step.unicodeScalars {
            switch character {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return "\(pointer)/\(escaped)"
    }

    /// How the value is named in a complaint.
    package var shown: String {
        switch content {
        case .object: "an object"
        case .array: "an array"
        case .string(let text): quoted(text)
        case .number(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .null: "null"
        }
    }

    package func elements() throws(JSONError) -> [JSONValue] {
        guard case .array(let elements) = content else { throw JSONError(pointer, "\(shown) is not an array") }
        return elements
    }

    package func members() throws(JSONError) -> [(name: String, value: JSONValue)] {
        guard case .object(let members) = content else { throw JSONError(pointer, "\(shown) is not an object") }
        return members
    }
}

/// `text` in quotation marks, cut where it is too long to be read in a sentence.
package func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: 64, limitedBy: scalars.endIndex), end < scalars.endIndex
    else { return "\"\(text)\"" }
    return "\"\(String(scalars[..<end]))…\""
}
