import AMQP
import Testing

/// Against a real broker, whose guest may do everything; the refusals are in the black-box tests of the doctor, which can make users.
@Suite(.timeLimit(.minutes(1)))
struct PermissionTests {
    @Test(arguments: [
        Permission.configureExchange("alidade.nobody.has.it"), .configureQueue("alidade.nobody.has.it"),
        .bind(queue: "alidade.nobody.has.it", exchange: "amq.topic"), .consume(queue: "alidade.nobody.has.it"),
        .publish(exchange: ""), .publish(exchange: "amq.topic"),
    ])
    func `who may do something is not refused, and nothing is made by asking`(permission: Permission) async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            var connection = try Connection.open(options)
            #expect(try connection.refusal(of: permission) == nil)
            let error = #expect(throws: AMQPError.self) { try connection.checkQueue("alidade.nobody.has.it") }
            #expect(error?.kind == .notFound)
            let isOpen = connection.isOpen
            #expect(isOpen)
        }
    }

    @Test func `the broker says what it is`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            let connection = try Connection.open(options)
            let server = connection.server
            #expect(server.product == "RabbitMQ")
            #expect(server.version.split(separator: ".").count == 3)
        }
    }

    @Test func `an address that listens is reached, one that does not is named`() async throws {
        let options = quickOptions(try realBroker())
        try await onThread {
            let broker = try #require(options.urls.first)
            #expect(try BrokerProbe.addresses(of: broker, within: .seconds(5)) == ["127.0.0.1"])
            #expect(try BrokerProbe.reach(broker, within: .seconds(5)) == "127.0.0.1")
            let closed = BrokerURL(host: "127.0.0.1", port: 1)
            let error = #expect(throws: AMQPError.self) { try BrokerProbe.reach(closed, within: .seconds(5)) }
            #expect(error?.kind == .unreachable)
        }
    }
}
