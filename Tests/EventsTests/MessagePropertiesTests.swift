import Testing

@testable import Events

/// What is done to every property goes through one list: none may be missing there.
@Suite struct MessagePropertiesTests {
    private let batch = DeliveryBatch()
    private let delivery: Delivery

    init() {
        let batch = batch
        func text(_ text: String) -> ByteRange { batch.bytes.append(text) }
        var properties = MessageProperties()
        properties.contentType = text("a type")
        properties.contentEncoding = text("an encoding")
        properties.correlationID = text("a correlation")
        properties.replyTo = text("a queue")
        properties.messageID = text("an id")
        properties.type = text("a kind")
        properties.userID = text("a user")
        properties.appID = text("an application")
        properties.expiration = text("60000")
        properties.headers = text("{}")
        delivery = Delivery(
            tag: 1, queue: .profiler, receivedAt: 0, body: text("a body"), exchange: text("an exchange"),
            routingKey: text("a key"), properties: properties)
    }

    /// Every range of a value, by the names of its members; those that are nil fail the test, which has to set them all.
    private func ranges(_ value: Any) throws -> [String: ByteRange] {
        var ranges: [String: ByteRange] = [:]
        for case (let name?, let member) in Mirror(reflecting: value).children {
            if type(of: member) == ByteRange.self || type(of: member) == ByteRange?.self {
                ranges[name] = try #require(member as? ByteRange, "the test sets \(name)")
            } else if member is MessageProperties {
                ranges.merge(try self.ranges(member)) { first, _ in first }
            }
        }
        return ranges
    }

    private func texts(_ delivery: Delivery, in batch: DeliveryBatch) throws -> [String: String] {
        try ranges(delivery).mapValues { batch.bytes.text($0) }
    }

    @Test func `each text but the headers is in the list, under a name of its own`() throws {
        var names: [String] = []
        var listed: [ByteRange] = []
        delivery.properties.forEachText { name, range in
            names.append("\(name)")
            listed.append(range)
        }
        var expected = try ranges(delivery.properties)
        expected["headers"] = nil
        #expect(Set(names).count == names.count)
        #expect(listed.map(\.offset).sorted() == expected.values.map(\.offset).sorted())
    }

    @Test func `a delivery moves with everything that belongs to it`() throws {
        var moved = delivery
        moved.move(by: 1000)
        let distances = try ranges(moved).merging(ranges(delivery)) { new, old in
            ByteRange(offset: new.offset - old.offset, count: new.count - old.count)
        }
        #expect(distances.values.allSatisfy { $0 == ByteRange(offset: 1000, count: 0) })
        #expect(distances.count == 13)
    }

    @Test func `another batch takes a delivery over with all its bytes`() throws {
        let other = DeliveryBatch()
        _ = other.bytes.append("something before it")
        other.adopt(delivery, from: batch)
        #expect(try texts(other.deliveries[0], in: other) == texts(delivery, in: batch))
    }
}
