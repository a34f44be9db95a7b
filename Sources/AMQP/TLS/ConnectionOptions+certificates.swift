internal import CRabbitMQ

extension ConnectionOptions {
    /// Reads the certificates and the key that a connection with TLS would use, without connecting. Errors name the file that cannot be used.
    @available(*, noasync)
    package func checkCertificates() throws(AMQPError) {
        guard let broker = urls.first(where: \.isTLS) else { return }
        let attempted = "prepare TLS for \(broker.endpoint)"
        guard let state = amqp_new_connection(), let socket = amqp_ssl_socket_new(state) else {
            throw AMQPError(status: AMQP_STATUS_NO_MEMORY.rawValue, doing: attempted)
        }
        let session = TLSSession(for: broker, tls)
        defer { withExtendedLifetime(session) { _ = amqp_destroy_connection(state) } }
        try session.configure(socket)
    }
}
