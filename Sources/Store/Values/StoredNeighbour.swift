package import Events

/// A member of a message, and of which kind its value is.
package struct BodyMember: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case text
        case number
        case boolean = "true or false"
        case object
        case list
        case null
    }

    package var name: String
    package var kind: Kind

    package init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// No more are told of one message.
    package static let most = 200

    /// Those of the object that the body is, in their order; none of what is no object, as far as the body can be read.
    package static func read(_ body: UnsafeRawBufferPointer) -> [BodyMember] {
        guard body.count <= RefusedWords.mostBytes else { return [] }
        var members: [BodyMember] = []
        var scan = MemberScan(body)
        while members.count < most, let (name, value) = scan.next() {
            let member = BodyMember(String(decoding: name, as: UTF8.self), value.kind)
            if !members.contains(where: { $0.name == member.name }) { members.append(member) }
        }
        return members
    }
}

/// A stored message that is most like a refused one.
package struct StoredNeighbour: Sendable, Equatable {
    package var table: EventTable
    package var seq: Int64
    package var eventID: String
    package var occurredAt: Timestamp
    /// What it says that happened; see ``RefusedWords``.
    package var eventType: String
    /// Empty for messages of the profiler, which name none.
    package var version: String
    /// Those whose values the store has as they came, or as it read them. Not the event's id and time, which may have come beside the body.
    package var members: [BodyMember]

    package init(
        table: EventTable, seq: Int64, eventID: String, occurredAt: Timestamp, eventType: String, version: String,
        members: [BodyMember]
    ) {
        self.table = table
        self.seq = seq
        self.eventID = eventID
        self.occurredAt = occurredAt
        self.eventType = eventType
        self.version = version
        self.members = members
    }
}
