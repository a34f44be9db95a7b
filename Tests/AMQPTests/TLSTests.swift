import AMQP
import Testing

/// Against a TLS server that speaks the AMQP handshake, with certificates made on the spot.
@Suite(.timeLimit(.minutes(1)))
struct TLSTests {
    private let certificates: Certificates

    init() throws {
        certificates = try Certificates()
        try certificates.add("server", for: "DNS:localhost")
    }

    /// What opening a connection to a server with the certificate `name` came to; nil for success.
    private func open(
        _ broker: FakeBroker, host: String = "localhost", _ change: (inout ConnectionOptions) -> Void = { _ in }
    ) async throws -> AMQPError? {
        var options = quickOptions(BrokerURL(isTLS: true, host: host, port: broker.port))
        options.tls.caFile = certificates.file("ca.pem")
        change(&options)
        let final = options
        return try await onThread {
            do throws(AMQPError) {
                _ = try Connection.open(final).isOpen
                return nil
            } catch {
                return error
            }
        }
    }

    private func server(_ name: String = "server", clientAuthority: String? = nil) throws -> FakeBroker {
        let files = [certificates.file("\(name).pem"), certificates.file("\(name).key")]
        return try FakeBroker("logged-in", files + (clientAuthority.map { [certificates.file("\($0).pem")] } ?? []))
    }

    @Test func `a certificate for the name in the URL is accepted, and the name is sent`() async throws {
        let broker = try server()
        let error = try await open(broker)
        #expect(error == nil, "\(error.map(String.init(describing:)) ?? "")")
        #expect(broker.line(beginning: "sni") == "sni localhost")
        #expect(broker.line(beginning: "mechanism") == "mechanism PLAIN")
    }

    @Test func `a certificate for an address is accepted where the URL has the address`() async throws {
        try certificates.add("address", for: "IP:127.0.0.1")
        let broker = try server("address")
        let error = try await open(broker, host: "127.0.0.1")
        #expect(error == nil, "\(error.map(String.init(describing:)) ?? "")")
        #expect(broker.line(beginning: "sni") == "sni None")
    }

    @Test func `a certificate for another name is refused, unless names are not compared`() async throws {
        try certificates.add("other", for: "DNS:rabbit.example")
        let error = try await open(try server("other"))
        #expect(error?.kind == .tls)
        #expect(error?.isPermanent == true)
        #expect(error?.description.contains("(/CN=test other) is not for localhost") == true)
        #expect(try await open(try server("other")) { $0.tls.verifyHostname = false } == nil)
    }

    @Test func `a certificate for another address is refused`() async throws {
        try certificates.add("address", for: "IP:127.0.0.2")
        let error = try await open(try server("address"), host: "127.0.0.1")
        #expect(error?.description.contains("is not for 127.0.0.1 (IP address mismatch)") == true)
    }

    @Test func `a partial wildcard is refused`() async throws {
        try certificates.add("wild", for: "DNS:local*")
        #expect(try await open(try server("wild"))?.kind == .tls)
    }

    @Test func `a certificate that is over is refused even where names are not compared`() async throws {
        try certificates.add("old", for: "DNS:localhost", days: -1)
        let error = try await open(try server("old")) { $0.tls.verifyHostname = false }
        #expect(error?.kind == .tls)
        #expect(error?.description.contains("(/CN=test old) has expired") == true)
    }

    @Test func `an unknown authority is named as the cause`() async throws {
        try certificates.addAuthority("foreign")
        try certificates.add("stranger", for: "DNS:localhost", signedBy: "foreign")
        let error = try await open(try server("stranger"))
        #expect(error?.kind == .tls)
        #expect(error?.description.contains("is signed by an unknown authority") == true)
        #expect(error?.description.contains("ca.pem does not hold it") == true)
        let system = try await open(try server()) { $0.tls.caFile = nil }
        #expect(system?.description.contains("is signed by an unknown authority") == true)
    }

    @Test func `a missing client certificate is named as the cause`() async throws {
        let error = try await open(try server(clientAuthority: "ca"))
        #expect(error?.kind == .tls)
        #expect(error?.isPermanent == true)
        #expect(error?.description.contains("asks for a client certificate and none is configured") == true)
    }

    @Test func `a client certificate logs in without a user`() async throws {
        try certificates.add("client", for: "DNS:client")
        let broker = try server(clientAuthority: "ca")
        let error = try await open(broker) {
            $0.tls.certificateFile = certificates.file("client.pem")
            $0.tls.keyFile = certificates.file("client.key")
        }
        #expect(error == nil, "\(error.map(String.init(describing:)) ?? "")")
        #expect(broker.line(beginning: "mechanism") == "mechanism EXTERNAL")
    }

    @Test func `a client certificate of an authority that the broker does not know is refused by it`() async throws {
        try certificates.addAuthority("foreign")
        try certificates.add("client", for: "DNS:client", signedBy: "foreign")
        let error = try await open(try server(clientAuthority: "ca")) {
            $0.tls.certificateFile = certificates.file("client.pem")
            $0.tls.keyFile = certificates.file("client.key")
        }
        #expect(error?.kind == .tls)
        // Which of the two texts depends on whether the broker's alert or its reset is seen first.
        #expect(
            error?.description.contains("our certificate is signed by an authority it does not know") == true
                || error?.description.contains("perhaps our certificate is not accepted") == true)
    }

    @Test func `a file that cannot be used is named`() async throws {
        let missing = certificates.file("missing.pem")
        let authority = try await open(try server()) { $0.tls.caFile = missing }
        #expect(authority?.kind == .invalidConfiguration)
        #expect(
            authority?.description == "could not use the certification authorities in \(missing): "
                + "\(missing): No such file or directory")
        let key = try await open(try server()) {
            $0.tls.certificateFile = certificates.file("server.pem")
            $0.tls.keyFile = certificates.file("ca.key")
        }
        #expect(key?.kind == .invalidConfiguration)
        #expect(key?.description.contains("key values mismatch") == true)
    }

    @Test func `a port without TLS is an error that says so`() async throws {
        let broker = try FakeBroker("wrong-protocol")
        let error = try await open(broker)
        #expect(error?.kind == .tls)
        #expect(error?.description.contains("does this port speak TLS?") == true)
    }
}
