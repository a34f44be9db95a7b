import AMQP
import Events
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PublishingTests {
    @Test func `every message of many is confirmed exactly once`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            var connection = try Connection.open(options)
            let queue = try connection.declareQueue("", exclusive: true).name
            try connection.enableConfirms()
            var outcomes: [PublishOutcome] = []
            for _ in 0..<5000 {
                try connection.publish("{}", exchange: "", routingKey: ShortText(queue))
                if connection.unconfirmedCount > 500 { try connection.takeOutcomes(waitingUpTo: 1000, into: &outcomes) }
            }
            let open = connection.unconfirmedCount
            #expect(open <= 5000 - outcomes.count)
            outcomes += try connection.outcomes(5000 - outcomes.count)
            #expect(outcomes.map(\.sequence).sorted() == Array(1...5000))
            #expect(outcomes.allSatisfy { if case .confirmed = $0 { true } else { false } })
            #expect(try connection.checkQueue(queue).messageCount == 5000)
        }
    }

    @Test func `a message that no queue wants is returned and never confirmed`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            var connection = try Connection.open(options)
            let queue = try connection.declareQueue("", exclusive: true).name
            try connection.enableConfirms()
            for index in 1...50 {
                var properties = PublishProperties()
                properties.messageID = index % 2 == 0 ? ShortText("id-\(index)") : nil
                let key = index % 5 == 0 ? ShortText("no-such-queue") : ShortText(queue)
                let body = String(repeating: "x", count: index * 2000)
                try connection.publish(body, exchange: "", routingKey: key, properties: properties)
            }
            let outcomes = try connection.outcomes(50)
            var returned: [UInt64] = []
            for case .returned(let sequence, let code, let text) in outcomes {
                returned.append(sequence)
                #expect(code == 312 && text == "NO_ROUTE")
            }
            #expect(returned == Array(stride(from: 5, through: 50, by: 5)))
            #expect(outcomes.map(\.sequence).sorted() == Array(1...50))
        }
    }

    @Test func `what a full queue refuses is rejected`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            var connection = try Connection.open(options)
            let queue = try connection.declareQueue(
                "", exclusive: true, arguments: ["x-max-length": 2, "x-overflow": "reject-publish"]
            ).name
            try connection.enableConfirms()
            var confirmed = 0
            var rejected = 0
            for _ in 0..<20 {
                try connection.publish("{}", exchange: "", routingKey: ShortText(queue))
                switch try connection.outcomes(1).first {
                case .confirmed: confirmed += 1
                case .rejected: rejected += 1
                default: break
                }
            }
            #expect(confirmed + rejected == 20)
            #expect(confirmed >= 2 && rejected >= 10)
        }
    }

    @Test func `publishing to an exchange that is not there ends in the broker's 404`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            var connection = try Connection.open(options)
            try connection.enableConfirms()
            try connection.publish("{}", exchange: "no-such-exchange", routingKey: "x")
            let error = #expect(throws: AMQPError.self) { try connection.outcomes(1) }
            #expect(error?.kind == .notFound)
            #expect(error?.brokerText?.contains("no exchange 'no-such-exchange'") == true)
        }
    }

    @Test func `a request is answered on the connection that consumes it`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            var asking = try Connection.open(options)
            var answering = try Connection.open(options)
            let requests = freshName("requests")
            try answering.declareQueue(requests, durable: false, autoDelete: true)
            try answering.consume(named: requests)
            try answering.enableConfirms()
            try asking.consume(named: "amq.rabbitmq.reply-to", acknowledging: false)
            var properties = PublishProperties()
            properties.replyTo = "amq.rabbitmq.reply-to"
            let correlation: [UInt8] = [0xFF, 0x00, 0x41]
            properties.correlationID = correlation.withUnsafeBytes { ShortText($0) }
            try asking.publish("question", exchange: "", routingKey: ShortText(requests), properties: properties)

            let question = try #require(try answering.message())
            #expect(question.body.elementsEqual("question".utf8))
            var reply = PublishProperties()
            reply.correlationID = question.correlationID
            let address = try #require(question.replyTo)
            try answering.publish("answer", exchange: "", routingKey: address, properties: reply, mandatory: false)
            #expect(try answering.outcomes(1) == [.confirmed(1)])
            try answering.acknowledge(question.tag, multiple: false)

            let answer = try #require(try asking.message())
            #expect(answer.body.elementsEqual("answer".utf8))
            #expect(answer.correlationID?.bytes == correlation)
        }
    }

    @Test func `deliveries that come between confirms are not lost`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            var connection = try Connection.open(options)
            let queue = try connection.declareQueue("", exclusive: true).name
            try connection.enableConfirms()
            try connection.consume(named: queue)
            for index in 0..<100 { try connection.publish("\(index)", exchange: "", routingKey: ShortText(queue)) }
            #expect(try connection.outcomes(100).count == 100)
            var bodies: [String] = []
            let deadline = ContinuousClock.now + .seconds(10)
            while bodies.count < 100, ContinuousClock.now < deadline {
                bodies += try connection.receiveMessages().map { String(decoding: $0.body, as: UTF8.self) }
                _ = try connection.wait(upTo: 20)
            }
            #expect(bodies == (0..<100).map(String.init))
        }
    }
}

extension Connection {
    /// The next message of a queue that is not ingested; nil after ten seconds.
    fileprivate mutating func message() throws(AMQPError) -> IncomingMessage? {
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            if let message = try receiveMessages().first { return message }
            _ = try wait(upTo: 50)
        }
        return nil
    }
}
