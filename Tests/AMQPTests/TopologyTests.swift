import AMQP
import Events
import Files
import Foundation
import Testing

/// The broker that ALIDADE_TEST_BROKER names. Without one the tests fail.
func realBroker() throws -> BrokerURL {
    let text = try #require(
        ProcessInfo.processInfo.environment["ALIDADE_TEST_BROKER"],
        "set ALIDADE_TEST_BROKER to the URL of a RabbitMQ, such as amqp://guest:guest@127.0.0.1:5672/")
    return try BrokerURL(parsing: text)
}

/// A name that no other test has.
func freshName(_ topic: String) -> String { "alidade-test-\(topic)-\(UUID().uuidString.prefix(8).lowercased())" }

@Suite(.timeLimit(.minutes(1)), .serialized)
struct TopologyTests {
    @Test func `a queue is declared, found, bound and deleted`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            let (queue, exchange) = (freshName("queue"), freshName("exchange"))
            var connection = try Connection.open(options)
            let declared = try connection.declareQueue(queue, durable: false, arguments: ["x-max-length": 10])
            #expect(declared.name == queue && declared.messageCount == 0 && declared.consumerCount == 0)
            try connection.declareExchange(exchange, durable: false)
            try connection.bindQueue(queue, to: exchange, routingKey: "profiler.#")
            try connection.enableConfirms()
            try connection.publish("{}", exchange: exchange, routingKey: "profiler.started")
            #expect(try connection.outcomes(1) == [.confirmed(1)])
            #expect(try connection.checkQueue(queue).messageCount == 1)
            try connection.deleteQueue(queue)
            connection.close()
        }
    }

    @Test func `a queue that is missing is an error that leaves the connection open`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            let queue = freshName("none")
            var connection = try Connection.open(options)
            let error = #expect(throws: AMQPError.self) { try connection.checkQueue(queue) }
            #expect(error?.kind == .notFound)
            #expect(error?.brokerCode == 404)
            #expect(
                error?.description
                    == "could not find the queue \(queue): the broker answered 404: "
                    + "NOT_FOUND - no queue '\(queue)' in vhost '/'")
            let exchangeError = #expect(throws: AMQPError.self) { try connection.checkExchange(queue) }
            #expect(exchangeError?.kind == .notFound)
            #expect(try connection.declareQueue("", exclusive: true).name.hasPrefix("amq.gen"))
        }
    }

    @Test func `a queue with other properties is named with what the broker said`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            let queue = freshName("other")
            var connection = try Connection.open(options)
            try connection.declareQueue(queue, arguments: ["x-queue-type": "quorum"])
            let error = #expect(throws: AMQPError.self) {
                try connection.declareQueue(queue, arguments: ["x-queue-type": "classic"])
            }
            #expect(error?.kind == .preconditionFailed)
            #expect(error?.isPermanent == true)
            #expect(error?.brokerText?.contains("inequivalent arg 'x-queue-type'") == true)
            try connection.deleteQueue(queue)
        }
    }

    @Test func `names that AMQP cannot carry are refused before anything is sent`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            var connection = try Connection.open(options)
            let long = String(repeating: "x", count: 256)
            for error in [
                #expect(throws: AMQPError.self) { try connection.declareQueue(long) },
                #expect(throws: AMQPError.self) {
                    try connection.publish("", exchange: "", routingKey: ShortText(long))
                },
            ] { #expect(error?.kind == .invalidConfiguration) }
            #expect(try connection.declareQueue("", exclusive: true).messageCount == 0)
        }
    }

    @Test func `a wrong password and an unknown virtual host are permanent and in the broker's words`() async throws {
        let broker = try realBroker()
        let errors = try await onThread {
            var wrongPassword = quickOptions(broker)
            wrongPassword.password = Secret("hunter2")
            var wrongHost = quickOptions(broker)
            wrongHost.urls[0].virtualHost = "/nope"
            return [
                #expect(throws: AMQPError.self) { _ = try Connection.open(wrongPassword).isOpen },
                #expect(throws: AMQPError.self) { _ = try Connection.open(wrongHost).isOpen },
            ]
        }
        for error in errors {
            #expect(error?.kind == .accessRefused)
            #expect(error?.isPermanent == true)
            #expect(error?.description.contains("hunter2") == false)
        }
        #expect(errors[0]?.description.contains("as guest: the broker answered 403: ACCESS_REFUSED") == true)
        #expect(errors[1]?.description.contains("530: NOT_ALLOWED - vhost /nope not found") == true)
    }

    @Test func `the next URL is tried where one does not answer`() async throws {
        let broker = try realBroker()
        let used = try await onThread {
            var options = quickOptions(BrokerURL(host: "127.0.0.1", port: 1))
            options.urls.append(broker)
            return try Connection.open(options).broker
        }
        #expect(used == broker)
        let error = await #expect(throws: AMQPError.self) {
            try await onThread {
                var options = quickOptions(BrokerURL(host: "127.0.0.1", port: 1))
                options.urls.append(BrokerURL(host: "no-such-host.invalid"))
                _ = try Connection.open(options).isOpen
            }
        }
        #expect(error?.kind == .unreachable)
        #expect(error?.isRetriable == true)
        #expect(
            error?.description.hasPrefix(
                "could not connect to any of 2 brokers: could not connect to 127.0.0.1:1 (127.0.0.1): "
                    + "Connection refused; "
                    + "could not find the address of no-such-host.invalid: ") == true)
    }
}
