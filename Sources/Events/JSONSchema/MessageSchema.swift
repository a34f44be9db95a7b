package import JSON

/// The schemas of the messages that come in, made from ``MessageRules``.
///
/// They say what the strict daemon says, and in words what is also read; but for what a schema cannot: sizes and depth of the text, times
/// relative to now and to the broker's properties, leap years and leap seconds, one outcome per signal.
package enum MessageSchema {
    package static let profiler = JSONSchema.document(
        "Profiler telemetry",
        "What arrives on the queue profiler-telemetry. \(reading) Unknown members are kept in the payload.",
        profilerBody)

    package static let intelligence = JSONSchema.document(
        "Intelligence event",
        "What arrives on the queue intelligence-events. \(reading) Unknown members are kept in extra.",
        intelligenceBody)

    private static let reading = """
        This is the strict form, which a good producer sends and which ingest.strict demands. Without it what is named with a member is also read, \
        and a value that is of no use costs its member or its entry, with the warning \(Warning.Code.memberIgnored.rawValue), and not the \
        message, unless the member is required. Null means absent, and so does an empty text in an optional member.
        """

    /// Without the head of a document, to be put into another one.
    package static let profilerBody = JSONTree(dictionaryLiteral: ("type", "object")).with(MessageRules.profiler.schema)

    package static let intelligenceBody = JSONTree(dictionaryLiteral: ("type", "object"))
        .with(MessageRules.everyKind.schema).with(["oneOf": .array(MessageRules.kinds.map(branch))])

    /// One kind: its member is there, those of the others are not.
    private static func branch(_ kind: KindRule) -> JSONTree {
        let absent = MessageRules.kinds.filter { $0.name != kind.name }
            .map { JSONTree.Member($0.decidingMember, ["type": "null"]) }
        let title: JSONTree = ["title": .string(kind.name)]
        let members = kind.members.schema.members.map { member in
            member.name == "properties" ? JSONTree.Member("properties", member.value.with(.object(absent))) : member
        }
        return title.with(.object(members))
    }
}
