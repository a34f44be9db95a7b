import AMQP
import Glibc
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CertificateFactsTests {
    private let certificates: Certificates

    init() throws { certificates = try Certificates() }

    @Test func `a file says whose certificate it is, who signed it, and until when it holds`() throws {
        try certificates.add("client", for: "DNS:client", days: 2)
        let facts = try CertificateFacts.read(certificates.file("client.pem"))
        #expect(facts.subject == "/CN=test client")
        #expect(facts.issuer == "/CN=test authority ca")
        #expect(facts.notAfter - facts.notBefore == 2 * 86_400)
        #expect(abs(facts.notBefore - Int64(time(nil))) < 3600)
    }

    @Test func `a certificate that is over ends before now`() throws {
        try certificates.add("old", for: "DNS:old", days: -1)
        #expect(try CertificateFacts.read(certificates.file("old.pem")).notAfter < Int64(time(nil)))
    }

    @Test func `a file that is missing or holds no certificate is named`() throws {
        let missing = #expect(throws: AMQPError.self) { try CertificateFacts.read("/nowhere/x.pem") }
        #expect(missing?.description.contains("/nowhere/x.pem: No such file or directory") == true)
        let key = certificates.file("ca.key")
        let wrong = #expect(throws: AMQPError.self) { try CertificateFacts.read(key) }
        #expect(wrong?.description.contains("it holds no certificate in PEM") == true)
    }

    @Test func `a handshake tells the version, the certificate and what of its chain ends first`() async throws {
        try certificates.add("server", for: "DNS:localhost", days: 1)
        let broker = try FakeBroker(
            "logged-in", [certificates.file("server.pem"), certificates.file("server.key")])
        let url = BrokerURL(isTLS: true, host: "localhost", port: broker.port)
        var options = quickOptions(url)
        options.tls.caFile = certificates.file("ca.pem")
        let final = options
        let facts = try await onThread { try BrokerProbe.handshake(url, final) }
        #expect(facts.version.hasPrefix("TLSv1."))
        #expect(facts.broker.subject == "/CN=test server")
        // The authority holds for two days, the certificate for one.
        #expect(facts.firstToExpire == facts.broker)
    }
}
