import AMQP
internal import Events
import Testing

@Suite(.timeLimit(.minutes(1)))
struct MisbehavingPublicationTests {
    @Test func `publishing to a broker that stops reading fails within its limit`() async throws {
        let broker = try FakeBroker("reading-stops")
        let url = broker.url
        try await onThread {
            var connection = try Connection.open(quickOptions(url))
            try connection.enableConfirms()
            let body = [UInt8](repeating: 120, count: 100_000)
            let start = ContinuousClock.now
            let error = #expect(throws: AMQPError.self) {
                for _ in 0..<10_000 {
                    try body.withUnsafeBytes { bytes in
                        _ = try connection.publish(bytes, exchange: "", routingKey: "q")
                    }
                }
            }
            #expect(error?.kind == .timedOut)
            #expect(error?.description == "could not publish to the queue q: the broker took longer than 2.0 seconds")
            #expect(ContinuousClock.now - start < .seconds(6))
            let isOpen = connection.isOpen
            #expect(!isOpen)
            let again = #expect(throws: AMQPError.self) { try connection.acknowledge(1, multiple: false) }
            #expect(again?.kind == .timedOut)
        }
    }

    @Test func `a blocked connection takes no publication and says why`() async throws {
        let broker = try FakeBroker("blocked")
        let url = broker.url
        try await onThread {
            var connection = try Connection.open(quickOptions(url))
            try connection.enableConfirms()
            let deadline = ContinuousClock.now + .seconds(5)
            var outcomes: [PublishOutcome] = []
            while !connection.isBlocked, ContinuousClock.now < deadline {
                try connection.takeOutcomes(waitingUpTo: 50, into: &outcomes)
            }
            let error = #expect(throws: AMQPError.self) {
                try connection.publish("abc", exchange: "", routingKey: "q")
            }
            #expect(error?.description == "could not publish to the queue q: the broker takes nothing: low on memory")
            let isOpen = connection.isOpen
            #expect(isOpen)
        }
    }

    @Test func `an alarm that has passed blocks nothing`() async throws {
        let broker = try FakeBroker("unblocked")
        let url = broker.url
        let outcomes = try await onThread {
            var connection = try Connection.open(quickOptions(url))
            try connection.enableConfirms()
            try connection.publish("abc", exchange: "", routingKey: "q")
            return try connection.outcomes(1)
        }
        #expect(outcomes == [.confirmed(1)])
    }

    @Test(arguments: ["foreign-return", "foreign-confirm", "confirm-twice"])
    func `a confirm or return that fits nothing ends the connection`(scenario: String) async throws {
        let broker = try FakeBroker(scenario)
        let url = broker.url
        let error = try await onThread {
            var connection = try Connection.open(quickOptions(url))
            try connection.enableConfirms()
            try connection.publish("abc", exchange: "", routingKey: "q")
            return #expect(throws: AMQPError.self) { _ = try connection.outcomes(2, within: .seconds(4)) }
        }
        #expect(error?.kind == .protocolViolation)
    }
}
