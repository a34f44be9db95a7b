internal import CRabbitMQ

/// What the broker is talked to with.
package enum AMQPVersion {
    package static var library: String { String(cString: amqp_version()) }
    /// "OpenSSL 3.0.19 27 Jan 2026".
    package static var openSSL: String { String(cString: crabbitmq_openssl_version()) }
}
