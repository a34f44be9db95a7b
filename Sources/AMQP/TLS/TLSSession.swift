import CRabbitMQ
import Files
import Glibc

/// What is asked of one TLS connection, and what its callbacks learned. Outlives the connection state that it belongs to.
final class TLSSession {
    private let record: UnsafeMutablePointer<crabbitmq_tls>
    private let broker: BrokerURL
    private let options: TLSOptions

    init(for broker: BrokerURL, _ options: TLSOptions) {
        self.broker = broker
        self.options = options
        record = .allocate(capacity: 1)
        record.initialize(to: crabbitmq_tls())
        withUnsafeMutableBytes(of: &record.pointee.host) { $0.copyBytes(from: broker.host.utf8.prefix($0.count - 1)) }
        if case .success = SocketAddress.resolve(broker.host, port: broker.port, numericOnly: true) {
            record.pointee.host_is_address = true
        }
    }

    deinit { record.deallocate() }

    /// Prepares a fresh socket of the library. Errors name the file that cannot be used.
    func configure(_ socket: OpaquePointer) throws(AMQPError) {
        guard crabbitmq_tls_configure(socket, record, options.verifyHostname) == AMQP_STATUS_OK.rawValue else {
            throw unusable("the host name \(broker.host)")
        }
        if let file = options.caFile {
            try requireFiles(for: "the certification authorities in \(file)", file)
            guard amqp_ssl_socket_set_cacert(socket, file) == AMQP_STATUS_OK.rawValue else {
                throw unusable("the certification authorities in \(file)")
            }
        } else {
            guard crabbitmq_tls_use_default_authorities(socket) else {
                throw unusable("the system's certification authorities")
            }
        }
        guard let certificate = options.certificateFile else { return }
        let key = options.keyFile ?? certificate
        try requireFiles(for: "the client certificate \(certificate) with the key \(key)", certificate, key)
        guard amqp_ssl_socket_set_key(socket, certificate, key) == AMQP_STATUS_OK.rawValue else {
            throw unusable("the client certificate \(certificate) with the key \(key)")
        }
    }

    /// What was agreed; nil until a handshake has passed.
    var facts: TLSFacts? {
        let version = withUnsafeBytes(of: &record.pointee.protocol) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        guard !version.isEmpty else { return nil }
        return TLSFacts(
            version: version, broker: CertificateFacts(record.pointee.peer),
            firstToExpire: CertificateFacts(record.pointee.first_to_expire))
    }

    /// Why the handshake failed, or the login that a broker may refuse only then. Nil where TLS was not the cause.
    func failure(doing attempted: String, status: Int32) -> AMQPError? {
        if record.pointee.verify_error != 0 {
            let why = verificationFailure(record.pointee.verify_error)
            var error = AMQPError(.tls, doing: attempted, why, isPermanent: true)
            error.brief = "the certificate of \(broker.host) is not trusted: \(why)"
            return error
        }
        if record.pointee.certificate_requested, record.pointee.alert >= 0 || isCut(status) {
            return AMQPError(
                .tls, doing: attempted,
                "the broker asks for a client certificate and none is configured (it \(alertText))", isPermanent: true)
        }
        if record.pointee.alert >= 0 {
            return AMQPError(.tls, doing: attempted, "the broker \(alertText)", isPermanent: true)
        }
        if options.certificateFile != nil, isCut(status) {
            // Its alert is lost where the reset that follows it overtakes our reading.
            return AMQPError(
                .tls, doing: attempted,
                "the broker cut the connection right after the TLS handshake; perhaps our certificate is not accepted")
        }
        guard
            status == AMQP_STATUS_SSL_CONNECTION_FAILED.rawValue
                || status == AMQP_STATUS_SSL_PEER_VERIFY_FAILED.rawValue
        else { return nil }
        let words = Self.latestError
        return AMQPError(
            .tls, doing: attempted,
            words.isEmpty
                ? "the broker broke off the TLS handshake; does this port speak TLS?"
                : "the TLS handshake failed (\(words)); does this port speak TLS?")
    }

    private func isCut(_ status: Int32) -> Bool {
        status == AMQP_STATUS_SSL_ERROR.rawValue || status == AMQP_STATUS_CONNECTION_CLOSED.rawValue
            || status == AMQP_STATUS_SSL_CONNECTION_FAILED.rawValue || status == AMQP_STATUS_SOCKET_ERROR.rawValue
    }

    /// Numbers of X509_V_ERR_* in OpenSSL's x509_vfy.h.
    private func verificationFailure(_ code: Int32) -> String {
        let words = String(cString: crabbitmq_tls_verify_text(code))
        let subject = withUnsafeBytes(of: &record.pointee.verify_subject) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        let certificate = subject.isEmpty ? "the broker's certificate" : "the broker's certificate (\(subject))"
        return switch code {
        case 62, 64: "\(certificate) is not for \(broker.host) (\(words))"
        case 10: "\(certificate) has expired (\(words))"
        case 9: "\(certificate) is not valid yet (\(words)); is the clock right?"
        case 2, 18, 19, 20, 21:
            "\(certificate) is signed by an unknown authority (\(words)); "
                + (options.caFile.map { "\($0) does not hold it" } ?? "no file with authorities is configured")
        default: "\(certificate) does not verify (\(words))"
        }
    }

    /// TLS alert numbers of RFC 8446, section 6.
    private var alertText: String {
        let code = record.pointee.alert
        let name: String? =
            switch code {
            case 40: "no common parameters, or a certificate is missing"
            case 42: "our certificate is bad"
            case 43: "our certificate is of an unsupported kind"
            case 44: "our certificate was revoked"
            case 45: "our certificate has expired"
            case 46: "our certificate is not accepted"
            case 48: "our certificate is signed by an authority it does not know"
            case 70: "no common TLS version"
            case 71: "its security rules forbid the parameters"
            case 112: "it does not know the name \(broker.host)"
            case 116: "a certificate is required"
            default: nil
            }
        if code < 0 { return "closed the connection" }
        return "refused with TLS alert \(code)" + (name.map { ": \($0)" } ?? "")
    }

    private static var latestError: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let base = buffer.baseAddress else { return "" }
            crabbitmq_tls_error_text(base, buffer.count)
            return String(cString: base)
        }
    }

    /// OpenSSL opens them by their names, and would wait at a FIFO for ever.
    private func requireFiles(for what: String, _ files: String...) throws(AMQPError) {
        for file in files {
            do throws(FileProblem) { try RegularFile.check(file, atMost: Self.largestFile) } catch {
                throw AMQPError(
                    .invalidConfiguration, doing: "use \(what)", "\(file): \(error.reason)", isPermanent: true)
            }
        }
    }

    /// Far above every authority that there is.
    private static let largestFile = 16 << 20

    private func unusable(_ what: String) -> AMQPError {
        let words = Self.latestError
        return AMQPError(
            .invalidConfiguration, doing: "use \(what)", words.isEmpty ? "OpenSSL refuses it" : words, isPermanent: true
        )
    }
}
