package import Events

/// Quarantined messages by what is wrong with them and who sent them. However many there are, and whatever hostile producers put into pointers
/// and names, the memory is that of ``maximum`` groups of each sort.
package struct QuarantineGroups: Sendable {
    /// Groups that are told apart by the producer, and again without it once there are more.
    package static let maximum = 10_000
    private static let keptDetailBytes = 1000

    package enum Producer: Hashable, Sendable {
        /// Without `app_id`.
        case unnamed
        case named(ByteKey)
        /// There are too many groups to tell the others apart.
        case others
    }

    package struct Key: Hashable, Sendable {
        package var queue: ByteKey
        package var reason: ByteKey
        /// See ``PointerShape``.
        package var shape: ByteKey
        package var producer: Producer
    }

    package struct Group: Sendable {
        package var key: Key
        package var count: Int64
        package var firstReceivedAt: Timestamp
        package var lastReceivedAt: Timestamp
        /// The message that was added first, and its sentence.
        package var exampleID: Int64
        package var exampleDetail: String
    }

    /// One message.
    package struct Entry {
        package var id: Int64
        package var receivedAt: Timestamp
        package var queue: String
        package var reason: String
        package var pointer: String
        package var appID: String?

        package init(
            id: Int64, receivedAt: Timestamp, queue: String, reason: String, pointer: String, appID: String?
        ) {
            self.id = id
            self.receivedAt = receivedAt
            self.queue = queue
            self.reason = reason
            self.pointer = pointer
            self.appID = appID
        }
    }

    private let maximum: Int
    private var groups: [Key: Group] = [:]
    private var collected: [Key: Group] = [:]
    private var shapes: [ByteKey: ByteKey] = [:]
    /// All messages.
    package private(set) var messages: Int64 = 0
    /// Those that are in no group, because there were too many.
    package private(set) var ungrouped: Int64 = 0

    package init(maximum: Int = Self.maximum) { self.maximum = maximum }

    package mutating func add(_ entry: Entry, detail: () -> String) {
        messages += 1
        var key = Key(
            queue: ByteKey(entry.queue), reason: ByteKey(entry.reason), shape: shape(entry.pointer),
            producer: entry.appID.map { .named(ByteKey($0)) } ?? .unnamed)
        if Self.add(entry, key, to: &groups, maximum, detail) { return }
        key.producer = .others
        if !Self.add(entry, key, to: &collected, maximum, detail) { ungrouped += 1 }
    }

    /// Most messages first.
    package var all: [Group] {
        (Array(groups.values) + Array(collected.values)).sorted {
            ($0.count, $0.exampleID) > ($1.count, $1.exampleID)
        }
    }

    private mutating func shape(_ pointer: String) -> ByteKey {
        let key = ByteKey(pointer)
        if let known = shapes[key] { return known }
        if shapes.count >= Self.maximum { shapes.removeAll() }
        let shape = ByteKey(PointerShape.make(of: pointer))
        // A name that a producer chose may be long.
        if pointer.utf8.count <= 256 { shapes[key] = shape }
        return shape
    }

    /// False where there is no such group and no room for it.
    private static func add(
        _ entry: Entry, _ key: Key, to groups: inout [Key: Group], _ maximum: Int, _ detail: () -> String
    ) -> Bool {
        guard let place = groups.index(forKey: key) else {
            guard groups.count < maximum else { return false }
            let detail = detail()
            groups[key] = Group(
                key: key, count: 1, firstReceivedAt: entry.receivedAt, lastReceivedAt: entry.receivedAt,
                exampleID: entry.id,
                exampleDetail: detail.utf8.count <= keptDetailBytes
                    ? detail : String(decoding: detail.utf8.prefix(keptDetailBytes), as: UTF8.self) + "…")
            return true
        }
        groups.values[place].count += 1
        groups.values[place].firstReceivedAt = min(groups.values[place].firstReceivedAt, entry.receivedAt)
        groups.values[place].lastReceivedAt = max(groups.values[place].lastReceivedAt, entry.receivedAt)
        return true
    }
}
