/// The words that the schema documents share.
package enum JSONSchema {
    package static let dialect: JSONTree = "https://json-schema.org/draft/2020-12/schema"

    /// A document of its own.
    package static func document(_ title: String, _ description: String, _ body: JSONTree) -> JSONTree {
        let head: JSONTree = ["$schema": dialect, "title": .string(title), "description": .string(description)]
        return head.with(body)
    }

    /// RFC 3339 as the daemon reads it. A pattern, because validators need not look at `format`; whether a year is a leap year is more than
    /// it can say.
    package static let timePattern: String = {
        let day = "(0[1-9]|1[0-9]|2[0-8])"
        let date = "(0[1-9]|1[0-2])-\(day)|02-29|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31"
        let year = "(?!0000)[0-9]{4}"
        let clock = "([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)"
        let offset = "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
        return "^\(year)-(\(date))[Tt ]\(clock)(\\.[0-9]{1,9})?\(offset)$"
    }()

    /// A time that the daemon writes.
    package static let time: JSONTree = ["type": "string", "format": "date-time"]
}
