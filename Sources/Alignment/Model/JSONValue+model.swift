internal import Spelling

import Events
import JSON

/// What a model file may hold; a value that it may not is an error at the value's place.
extension JSONValue {
    /// Text of 1 to 64 characters.
    func name() throws(JSONError) -> String {
        guard case .string(let text) = content else { throw JSONError(pointer, "\(shown) is not a string") }
        try JSONError.checkName(text, at: pointer)
        return text
    }

    func number(in range: ClosedRange<Double>) throws(JSONError) -> Double {
        guard case .number(let number) = content else { throw JSONError(pointer, "\(shown) is not a number") }
        guard range.contains(number) else {
            throw JSONError(pointer, "\(number) is not between \(range.lowerBound) and \(range.upperBound)")
        }
        return number
    }

    /// The values of an object's members by name; a missing or an unknown member is an error.
    func fields(_ required: [String], optional: [String] = []) throws(JSONError) -> [String: JSONValue] {
        var fields: [String: JSONValue] = [:]
        for (name, value) in try members() {
            guard required.contains(name) || optional.contains(name) else {
                throw JSONError(value.pointer, unknown: name, among: required + optional)
            }
            fields[name] = value
        }
        for name in required where fields[name] == nil {
            throw JSONError(JSONValue.pointer(pointer, name), "\(quoted(name)) is missing")
        }
        return fields
    }
}

extension JSONError {
    /// `name` stands where only one of `known` may; a near miss is named.
    init(_ pointer: String, unknown name: String, among known: [String]) {
        self.init(pointer, notOneOf(known, found: name))
    }

    static func checkName(_ text: String, at pointer: String) throws(JSONError) {
        guard (1...64).contains(text.unicodeScalars.count) else {
            throw JSONError(pointer, "\(quoted(text)) has \(text.unicodeScalars.count) characters, not 1 to 64")
        }
    }
}

/// The sentence for a word that is not among `known`: lists them where they are few, and names the one that was probably meant.
func notOneOf(_ known: [String], found: String) -> String {
    let listed =
        known.count <= 16 ? "one of \(known.joined(separator: ", "))" : "one of the \(known.count) that there are"
    let meant = NearMiss.find(found, among: known).map { "; did you mean \($0)?" } ?? ""
    return "\(quoted(found)) is not \(listed)\(meant)"
}
