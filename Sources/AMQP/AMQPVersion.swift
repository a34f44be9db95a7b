internal import CRabbitMQ

/// What the broker is talked to with.
package enum AMQPVersion {
    package static var library: String { String(cString: amqp_version()) }
}
