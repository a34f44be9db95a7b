/// An attribute of an element; one without a value is left out.
package struct HTMLAttribute: Sendable {
    enum Value: Sendable {
        case text(String)
        case flag
    }

    let name: StaticString
    let value: Value?

    private init(_ name: StaticString, _ value: Value?) {
        self.name = name
        self.value = value
    }

    package static func attribute(_ name: StaticString, _ value: String?) -> HTMLAttribute {
        HTMLAttribute(name, value.map(Value.text))
    }

    /// An attribute that is there or not: `checked`, `hidden`.
    package static func flag(_ name: StaticString, _ isThere: Bool = true) -> HTMLAttribute {
        HTMLAttribute(name, isThere ? .flag : nil)
    }

    package static func `class`(_ value: String?) -> HTMLAttribute { attribute("class", value) }
    package static func id(_ value: String?) -> HTMLAttribute { attribute("id", value) }
    package static func href(_ value: String?) -> HTMLAttribute { attribute("href", value) }
}
