internal import JSON

/// One error of a refused message.
struct BodyFault {
    let reason: String
    /// RFC 6901.
    let pointer: String
    let detail: String

    /// From the column `errors`.
    static func read(_ errors: String) -> [BodyFault] {
        guard let value = try? JSONReader.read(Array(errors.utf8)), case .array(let elements) = value.content else {
            return []
        }
        return elements.compactMap { element in
            guard let members = try? element.members() else { return nil }
            func text(_ name: String) -> String {
                if case .string(let text)? = members.first(where: { $0.name == name })?.value.content {
                    text
                } else {
                    ""
                }
            }
            return BodyFault(reason: text("code"), pointer: text("pointer"), detail: text("detail"))
        }
    }
}
