import AMQP
import Events
import Testing
import Threads

/// Whatever a broker does, there is an error that says so, in time, and no hang or crash.
@Suite(.timeLimit(.minutes(1)))
struct MisbehavingBrokerTests {
    /// The second message of the scenario `in-pieces`.
    private static let everyByte: [UInt8] = Array(repeating: Array(UInt8.min...UInt8.max), count: 40).flatMap(\.self)

    /// What consuming from a misbehaving broker came to.
    private struct Result: Sendable {
        var error: AMQPError?
        var messages = 0
        var isOpen = true
        var duration = Duration.zero
    }

    private func consume(_ scenario: String, declaring: Bool = false) async throws -> (Result, FakeBroker) {
        let broker = try FakeBroker(scenario)
        let url = broker.url
        let result = try await onThread {
            var result = Result()
            let start = ContinuousClock.now
            do throws(AMQPError) {
                var connection = try Connection.open(quickOptions(url))
                do throws(AMQPError) {
                    if declaring { try connection.declareQueue("profiler-telemetry") }
                    try connection.consume(.profiler)
                    let batch = DeliveryBatch()
                    try connection.receive(1, into: batch, within: .seconds(4))
                    result.messages = batch.count
                } catch {
                    result.error = error
                    result.isOpen = connection.isOpen
                }
            } catch {
                result.error = error
                result.isOpen = false
            }
            result.duration = ContinuousClock.now - start
            return result
        }
        return (result, broker)
    }

    @Test(arguments: [
        ("no-start", AMQPError.Kind.timedOut), ("wrong-protocol", .protocolViolation),
        ("short-header", .protocolViolation), ("answer-missing", .timedOut),
        ("huge-size", .messageTooLarge), ("largest-size", .messageTooLarge), ("trickle", .timedOut),
        ("overlong-body", .protocolViolation), ("body-without-header", .protocolViolation),
        ("header-without-delivery", .protocolViolation), ("wrong-frame-end", .protocolViolation),
        ("oversized-frame", .protocolViolation), ("unknown-method", .protocolViolation),
        ("connection-closed", .closedByBroker), ("channel-closed", .closedByBroker),
        ("closed-inside-message", .closedByBroker), ("endless-flags", .protocolViolation), ("reset", .lost),
        ("garbage", .protocolViolation),
    ])
    func `a broken dialogue ends in the right error within its limit`(
        scenario: String, kind: AMQPError.Kind
    ) async throws {
        let (result, _) = try await consume(scenario)
        #expect(result.error?.kind == kind, "\(result.error.map(String.init(describing:)) ?? "no error")")
        #expect(result.error?.isPermanent == false)
        #expect(result.messages == 0)
        #expect(!result.isOpen)
        #expect(result.duration < .seconds(4))
    }

    @Test func `frames of a channel that is not ours are an error and not a lost message`() async throws {
        let (result, _) = try await consume("interleaved-channels", declaring: true)
        #expect(result.error?.kind == .protocolViolation)
    }

    @Test func `a frame size below the protocol's minimum does no harm`() async throws {
        let (result, _) = try await consume("tiny-frame-max")
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
    }

    @Test(arguments: ["connection-closed", "channel-closed"])
    func `a close is answered, and its words are kept`(scenario: String) async throws {
        let (result, broker) = try await consume(scenario)
        #expect(result.error?.brokerCode == (scenario == "connection-closed" ? 320 : 406))
        #expect(result.error?.brokerText?.isEmpty == false)
        #expect(broker.line(beginning: "close-ok") != nil)
    }

    @Test func `a login that is never answered says how long it waited for what`() async throws {
        let (result, _) = try await consume("no-start")
        #expect(result.error?.description.contains("could not log in at 127.0.0.1") == true)
    }

    @Test func `messages that arrive in small pieces are whole`() async throws {
        let broker = try FakeBroker("in-pieces")
        let url = broker.url
        let texts = try await onThread {
            var connection = try Connection.open(quickOptions(url))
            try connection.consume(.profiler)
            let batch = DeliveryBatch()
            try connection.receive(3, into: batch)
            try #require(batch.count == 3)
            let expected = Self.everyByte
            #expect(batch.bytes[batch.deliveries[1].body].elementsEqual(expected))
            #expect(batch.deliveries.map(\.tag) == [1, 2, 3])
            #expect(batch.deliveries[2].body.isEmpty)
            #expect(batch.deliveries[0].properties.contentType.map { batch.bytes.text($0) } == "text/plain")
            return batch.deliveries.map { batch.bytes.text($0.routingKey) } + [batch.bodyText(0)]
        }
        #expect(texts == ["q", "q", "q", "one"])
    }

    @Test func `a message that takes long to arrive is whole as long as something comes`() async throws {
        let broker = try FakeBroker("slow-frame")
        let url = broker.url
        let body = try await onThread {
            var connection = try Connection.open(quickOptions(url))
            try connection.consume(.profiler)
            let batch = DeliveryBatch()
            try connection.receive(1, into: batch)
            return batch.deliveries.first.map { Array(batch.bytes[$0.body]) }
        }
        #expect(body == Array(repeating: Array(UInt8.min...UInt8.max), count: 500).flatMap(\.self))
    }

    @Test func `a message in pieces survives that the batch changes under it`() async throws {
        let broker = try FakeBroker("in-pieces")
        let url = broker.url
        let bodies = try await onThread {
            var connection = try Connection.open(quickOptions(url))
            try connection.consume(.profiler)
            var bodies: [[UInt8]] = []
            let deadline = ContinuousClock.now + .seconds(10)
            while bodies.count < 3, ContinuousClock.now < deadline {
                let batch = DeliveryBatch()
                if try connection.receive(into: batch, limit: 10, now: 1) == 0 { _ = try connection.wait(upTo: 50) }
                bodies += batch.deliveries.map { Array(batch.bytes[$0.body]) }
            }
            return bodies
        }
        #expect(bodies == [Array("one".utf8), Self.everyByte, []])
    }

    @Test func `a wake-up ends a wait at once`() async throws {
        let broker = try FakeBroker("trickle")
        let url = broker.url
        try await onThread {
            var connection = try Connection.open(quickOptions(url))
            let wake = try WakeUp()
            _ = try connection.receive(into: DeliveryBatch(), limit: 1, now: 1)
            var outcomes = [try connection.wait(upTo: 10, orReadable: wake.descriptor)]
            wake.signal()
            outcomes.append(try connection.wait(upTo: 1000, orReadable: wake.descriptor))
            wake.reset()
            outcomes.append(try connection.wait(upTo: 10, orReadable: wake.descriptor))
            #expect(outcomes == [.timedOut, .woken, .timedOut])
        }
    }
}
