/// The headers that say what a body is wrapped in. A name counts in any case; of one that is given twice the first counts.
struct EnvelopeHeaders {
    /// How kombu has compressed the body.
    private(set) var compression: String?
    /// A Celery task message (protocol 2) has both.
    private(set) var task: String?
    private(set) var taskID: Attribute?
    /// Of a CloudEvent in binary mode.
    private(set) var eventID: Attribute?
    private(set) var time: Attribute?

    /// The value of a header or of a member.
    enum Attribute {
        case text(String)
        case integer(Int64)
        /// Anything else; it says nothing.
        case other
    }

    /// As the AMQP bindings write them, and as they come through HTTP and Kafka.
    private static let prefixes = ["cloudevents:", "cloudevents_", "ce-", "ce_"]
    /// No header that counts has a longer name.
    private static let longestName = 32

    init() {}

    /// `headers` is the header table as one JSON object.
    init(_ headers: UnsafeRawBufferPointer) {
        var found = EnvelopeHeaders()
        JSONMemberScanner.forEachMember(of: 0..<headers.count, in: headers) { name, value in
            guard name.count <= Self.longestName else { return }
            found.take(headers[name], headers[value])
        }
        self = found
    }

    private mutating func take(_ quotedName: Slice<UnsafeRawBufferPointer>, _ value: Slice<UnsafeRawBufferPointer>) {
        let name = String(decoding: quotedName.dropFirst().dropLast(), as: UTF8.self).lowercased()
        switch name {
        case "compression": compression = compression ?? JSONMemberScanner.unescaped(value)
        case "task": task = task ?? JSONMemberScanner.unescaped(value)
        case "id": taskID = taskID ?? Self.attribute(value)
        default:
            guard let prefix = Self.prefixes.first(where: { name.hasPrefix($0) }) else { return }
            switch name.dropFirst(prefix.count) {
            case "id": eventID = eventID ?? Self.attribute(value)
            case "time": time = time ?? Self.attribute(value)
            default: break
            }
        }
    }

    private static func attribute(_ value: Slice<UnsafeRawBufferPointer>) -> Attribute {
        if let text = JSONMemberScanner.unescaped(value) { return .text(text) }
        return Int64(String(decoding: value, as: UTF8.self)).map { .integer($0) } ?? .other
    }
}
