import AMQP
import Events
import Testing

/// With the real broker, each test on a queue of its own that is gone soon after.
@Suite(.timeLimit(.minutes(1)))
struct ConsumingTests {
    /// A new queue with `bodies` in it.
    private static func filled(
        _ options: ConnectionOptions, _ bodies: [String], arguments: [String: Argument] = ["x-expires": 60_000]
    ) throws -> String {
        var connection = try Connection.open(options)
        let queue = try connection.declareQueue(freshName("consuming"), arguments: arguments).name
        try connection.enableConfirms()
        for body in bodies { try connection.publish(body, exchange: "", routingKey: ShortText(queue)) }
        let outcomes = bodies.isEmpty ? [] : try connection.outcomes(bodies.count)
        #expect(outcomes.count == bodies.count)
        return queue
    }

    @Test func `messages arrive in order with all their properties and are gone once acknowledged`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            let queue = try Self.filled(options, [])
            var connection = try Connection.open(options)
            try connection.setPrefetch(100)
            try connection.consume(.profiler, named: queue)
            var properties = PublishProperties()
            properties.correlationID = "correlation"
            properties.replyTo = "reply"
            properties.messageID = "message"
            properties.type = "type"
            properties.appID = "app"
            properties.expiration = "60000"
            properties.timestamp = 1_700_000_000
            properties.headers = ["n": 7, "t": .text("a\"\u{1}é"), "f": true, "x": .table(["y": .text("z")])]
            try connection.publish("one", exchange: "", routingKey: ShortText(queue), properties: properties)
            try connection.publish("two", exchange: "", routingKey: ShortText(queue))
            let batch = DeliveryBatch()
            try connection.receive(2, into: batch)
            try #require(batch.count == 2)
            let one = batch.deliveries[0]
            func text(_ range: ByteRange?) -> String? { range.map { batch.bytes.text($0) } }
            #expect(batch.bodyText(0) == "one" && batch.bodyText(1) == "two")
            #expect(one.queue == .profiler && !one.redelivered && one.receivedAt == 1 && one.tag == 1)
            #expect(text(one.exchange) == "" && text(one.routingKey) == queue)
            #expect(text(one.properties.contentType) == "application/json")
            #expect(text(one.properties.correlationID) == "correlation" && text(one.properties.replyTo) == "reply")
            #expect(text(one.properties.messageID) == "message" && text(one.properties.type) == "type")
            #expect(text(one.properties.appID) == "app" && text(one.properties.expiration) == "60000")
            #expect(one.properties.timestamp == 1_700_000_000 && one.properties.deliveryMode == 2)
            #expect(text(one.properties.headers) == #"{"f":true,"n":7,"t":"a\"\u0001é","x":{"y":"z"}}"#)
            #expect(one.properties.contentEncoding == nil && batch.deliveries[1].properties.headers == nil)
            try connection.acknowledge(2, multiple: true)
            connection.close()
            var next = try Connection.open(options)
            #expect(try next.checkQueue(queue).messageCount == 0)
        }
    }

    @Test func `what was not acknowledged comes again after the connection was dropped`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            let queue = try Self.filled(options, ["one", "two", "three"])
            for (attempt, expected) in [["one", "two", "three"], ["two", "three"]].enumerated() {
                var connection = try Connection.open(options)
                try connection.consume(.profiler, named: queue)
                let batch = DeliveryBatch()
                try connection.receive(expected.count, into: batch)
                #expect((0..<batch.count).map { batch.bodyText($0) } == expected)
                #expect(batch.deliveries.allSatisfy { $0.redelivered == (attempt == 1) })
                if attempt == 0 {
                    try connection.acknowledge(1, multiple: false)
                    // The answer comes after the acknowledgement was read.
                    _ = try connection.checkQueue(queue)
                }
            }
        }
    }

    @Test func `a quorum queue counts its deliveries`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            let queue = try Self.filled(options, [], arguments: ["x-queue-type": "quorum"])
            var connection = try Connection.open(options)
            try connection.publish("again", exchange: "", routingKey: ShortText(queue))
            try connection.setPrefetch(10)
            try connection.consume(.profiler, named: queue, countsDeliveries: true)
            let batch = DeliveryBatch()
            for count: UInt32 in 0...2 {
                batch.removeAll()
                try connection.receive(1, into: batch)
                #expect(batch.deliveries.first?.deliveryCount == count)
                try connection.reject(batch.deliveries[0].tag, multiple: false, requeue: true)
            }
            try connection.deleteQueue(queue)
        }
    }

    /// As it is found in a message that came back from a parking queue.
    @Test(arguments: ["quorum", "classic"])
    func `a publisher's own delivery count says nothing`(type: String) async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            let queue = try Self.filled(options, [], arguments: ["x-queue-type": .text(type)])
            var connection = try Connection.open(options)
            var properties = PublishProperties()
            properties.headers = ["x-delivery-count": 11]
            try connection.publish("again", exchange: "", routingKey: ShortText(queue), properties: properties)
            try connection.consume(.profiler, named: queue, countsDeliveries: type == "quorum")
            let batch = DeliveryBatch()
            for count: UInt32 in 0...2 {
                batch.removeAll()
                try connection.receive(1, into: batch)
                #expect(batch.deliveries.first?.deliveryCount == (type == "quorum" ? count : 0))
                try connection.reject(batch.deliveries[0].tag, multiple: false, requeue: true)
            }
            try connection.deleteQueue(queue)
        }
    }

    @Test func `a large message waits until it is let in and then comes alone`() async throws {
        let options = quickOptions(try realBroker())
        let body = String(repeating: "0123456789abcdef", count: 200_000)
        try await onThread {
            let queue = try Self.filled(options, ["one", body, "two", body, "three"])
            var connection = try Connection.open(options)
            try connection.consume(.profiler, named: queue)
            let batch = DeliveryBatch()
            var fingerprints: [UInt64] = []
            for (before, kept) in [("one", 2_500_000), ("two", UInt64.max)] {
                try connection.receive(2, into: batch, within: .seconds(2))
                #expect((0..<batch.count).map { batch.bodyText($0) } == [before])
                let waiting = connection.arrival
                let arrival = try #require(waiting)
                #expect(arrival.bodyBytes == UInt64(body.utf8.count))
                fingerprints.append(arrival.fingerprint)
                batch.removeAll()
                try connection.letIn(keeping: kept)
                try connection.receive(1, into: batch)
                let large = try #require(batch.deliveries.first)
                #expect(batch.count == 1 && large.fingerprint == arrival.fingerprint)
                #expect(batch.bodyText(0) == String(body.prefix(Int(clamping: kept))))
                #expect(large.droppedBytes == UInt64(body.utf8.count - batch.bodyText(0).utf8.count))
                batch.removeAll()
            }
            try connection.receive(1, into: batch)
            #expect(batch.bodyText(0) == "three" && fingerprints[0] == fingerprints[1])
        }
    }

    @Test func `deleting the queue cancels the consumer and leaves the connection open`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            let queue = try Self.filled(options, [])
            var connection = try Connection.open(options)
            try connection.consume(.profiler, named: queue)
            var other = try Connection.open(options)
            try other.deleteQueue(queue)
            let error = #expect(throws: AMQPError.self) { try connection.receive(1, into: DeliveryBatch()) }
            #expect(error?.kind == .consumerCancelled)
            #expect(error?.description.contains("consume from the queue \(queue)") == true)
            let isOpen = connection.isOpen
            #expect(isOpen)
            try connection.declareQueue(queue, durable: false, autoDelete: true)
            try connection.consume(.profiler, named: queue)
        }
    }

    @Test func `consuming what is not there is the broker's 404`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            let queue = freshName("none")
            var connection = try Connection.open(options)
            let error = #expect(throws: AMQPError.self) { try connection.consume(.profiler, named: queue) }
            #expect(error?.kind == .notFound)
            #expect(error?.brokerCode == 404)
            try connection.declareQueue(queue, durable: false, autoDelete: true)
            try connection.consume(.profiler, named: queue)
        }
    }

    @Test func `a header 26000 levels deep does no harm`() async throws {
        let broker = try realBroker()
        let options = quickOptions(broker)
        try await onThread {
            let queue = try Self.filled(options, [])
            _ = try run("python3", fixture("deep_header.py"), "\(broker.port)", queue, "26000")
            var connection = try Connection.open(options)
            try connection.consume(.profiler, named: queue)
            let batch = DeliveryBatch()
            try connection.receive(1, into: batch)
            try #require(batch.count == 1)
            let headers = try #require(batch.deliveries[0].properties.headers)
            #expect(batch.bytes.text(headers).contains("(nested too deeply to be kept)"))
            #expect(headers.count < 200)
            try connection.acknowledge(1, multiple: false)
        }
    }

    @Test func `a body of one mebibyte is whole`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            let body = (0..<131_072).map { "\($0)".suffix(8) }.joined()
            let queue = try Self.filled(options, [String(repeating: "x", count: 1 << 20), body, "small"])
            var connection = try Connection.open(options)
            try connection.consume(.profiler, named: queue)
            let batch = DeliveryBatch()
            try connection.receive(3, into: batch)
            try #require(batch.count == 3)
            #expect(batch.deliveries[0].body.count == 1 << 20)
            #expect(batch.bodyText(1) == body)
            #expect(batch.bodyText(2) == "small")
        }
    }

    @Test func `a batch that is large takes no further message`() async throws {
        var options = quickOptions(try realBroker())
        options.batchBytes = 100_000
        let limited = options
        try await onThread {
            let queue = try Self.filled(limited, (0..<10).map { _ in String(repeating: "x", count: 60_000) })
            var connection = try Connection.open(limited)
            try connection.consume(.profiler, named: queue)
            var counts: [Int] = []
            let deadline = ContinuousClock.now + .seconds(10)
            while counts.reduce(0, +) < 10, ContinuousClock.now < deadline {
                let batch = DeliveryBatch()
                counts.append(try connection.receive(into: batch, limit: 100, now: 1))
                _ = try connection.wait(upTo: 20)
            }
            #expect(counts.reduce(0, +) == 10)
            #expect(counts.allSatisfy { $0 <= 2 })
        }
    }

    @Test func `an idle connection lives on by its heartbeats, read or not`() async throws {
        var options = quickOptions(try realBroker())
        options.heartbeatSeconds = 1
        let quick = options
        try await onThread {
            let queue = try Self.filled(quick, [])
            var reading = try Connection.open(quick)
            var sending = try Connection.open(quick)
            let agreed = [reading.heartbeatSeconds, sending.heartbeatSeconds]
            #expect(agreed == [1, 1])
            try reading.consume(.profiler, named: queue)
            let batch = DeliveryBatch()
            let end = ContinuousClock.now + .seconds(5)
            while ContinuousClock.now < end {
                _ = try reading.receive(into: batch, limit: 1, now: 1)
                try sending.sendHeartbeat()
                _ = try reading.wait(upTo: 200)
            }
            try sending.publish("late", exchange: "", routingKey: ShortText(queue))
            try reading.receive(1, into: batch)
            #expect(batch.count == 1)
        }
    }
}
