internal import AMQP
internal import Events
internal import Threads

extension Doctor {
    private static let warningDays = 30

    mutating func checkClientCertificate(_ visit: BrokerVisit) {
        guard let file = visit.options.tls.certificateFile, visit.options.urls.contains(where: \.isTLS) else { return }
        let check = "client certificate"
        let remedy = "renew \(file); the daemon takes the new one at its next connect"
        do throws(AMQPError) {
            add(Self.finding(check, try CertificateFacts.read(file), "our certificate", remedy: remedy))
        } catch {
            add(.problem(check, error.description, remedy: "correct broker.tls.certificate_file; it is a PEM file"))
        }
    }

    /// A handshake that passed, or none where the URL wants none.
    mutating func addTransport(_ facts: TLSFacts?, _ broker: BrokerURL) {
        guard let facts else { return addPlain(broker) }
        let isOwn = facts.firstToExpire == facts.broker
        let finding = Self.finding(
            "tls", facts.firstToExpire, isOwn ? "\(broker.endpoint)'s certificate" : "\(broker.endpoint)'s authority",
            remedy: isOwn ? "renew the broker's certificate" : "renew the authority's certificate and what it signed")
        guard finding.status == .ok else { return add(finding) }
        add(.ok("tls", "\(facts.version), \(finding.finding)"))
    }

    private mutating func addPlain(_ broker: BrokerURL) {
        guard !broker.isLoopback else { return add(.ok("tls", "not used, to this machine")) }
        add(
            .warning(
                "tls", "not used: password and messages cross the network to \(broker.endpoint) for everybody to read",
                remedy: "give the broker a TLS listener and use amqps:// in broker.url"))
    }

    /// A handshake that failed; without it there is no login.
    mutating func addTLS(_ error: AMQPError, _ broker: BrokerURL) {
        let remedies = [
            ("is not for", "use a host name of the certificate in broker.url, or have one issued for \(broker.host)"),
            ("our certificate", "configure a client certificate that the broker's authority signed and that is valid"),
            ("asks for a client certificate", "set broker.tls.certificate_file and broker.tls.key_file"),
            ("has expired", "renew the broker's certificate"),
            ("not valid yet", "set the clock right, here or where the certificate was made"),
            ("unknown authority", "set broker.tls.ca_file to the authority that signed the broker's certificate"),
            ("speak TLS", "use the port of the broker's TLS listener (usually 5671), or amqp:// without TLS"),
            ("no common", "let the broker speak TLS 1.2 or 1.3"),
        ]
        let known = remedies.first { error.reason.contains($0.0) }?.1
        let isFile = error.kind == .invalidConfiguration
        let remedy = known ?? (isFile ? "correct the file, or its name under broker.tls" : "look at the broker's log")
        add(.problem("tls", error.description, remedy: remedy))
        addNotTried(["login", "virtual host"], because: "there is no secure connection to \(broker.endpoint)")
    }

    private static func finding(
        _ check: String, _ certificate: CertificateFacts, _ what: String, remedy: String
    ) -> Finding {
        let now = wallClock() / 1_000_000
        let days = (certificate.notAfter - now) / 86_400
        let date = RFC3339.text(certificate.notAfter * 1_000_000).prefix(10)
        let name = "\(what) (\(certificate.subject))"
        if certificate.notAfter <= now { return .problem(check, "\(name) expired on \(date)", remedy: remedy) }
        if certificate.notBefore > now {
            return .problem(check, "\(name) is not valid yet", remedy: "set the clock right, or wait")
        }
        let finding = "\(name) is valid until \(date), \(days) days from now"
        return days < warningDays ? .warning(check, finding, remedy: remedy) : .ok(check, finding)
    }
}
