import CRabbitMQ
import Files

/// What a certificate says of itself.
package struct CertificateFacts: Sendable, Equatable {
    /// "/CN=rabbit.example"
    package var subject: String
    package var issuer: String
    /// Seconds since the epoch.
    package var notBefore: Int64
    package var notAfter: Int64

    init(_ certificate: crabbitmq_certificate) {
        subject = Self.text(of: certificate.subject)
        issuer = Self.text(of: certificate.issuer)
        notBefore = certificate.not_before
        notAfter = certificate.not_after
    }

    /// The first certificate of a PEM file.
    package static func read(_ file: String) throws(AMQPError) -> CertificateFacts {
        func failure(_ why: String) -> AMQPError {
            AMQPError(.invalidConfiguration, doing: "read the certificate \(file)", why, isPermanent: true)
        }
        do throws(FileProblem) { try RegularFile.check(file, atMost: 16 << 20) } catch { throw failure(error.reason) }
        var certificate = crabbitmq_certificate()
        guard crabbitmq_certificate_read(file, &certificate) else { throw failure("it holds no certificate in PEM") }
        return CertificateFacts(certificate)
    }

    private static func text(of field: some Any) -> String {
        withUnsafeBytes(of: field) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// What was agreed in a TLS handshake that passed.
package struct TLSFacts: Sendable, Equatable {
    /// "TLSv1.3"
    package var version: String
    package var broker: CertificateFacts
    /// Of the broker's whole chain, the authority included; often the broker's own.
    package var firstToExpire: CertificateFacts
}
