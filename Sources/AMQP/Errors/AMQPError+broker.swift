import CRabbitMQ
package import Threads

extension AMQPError {
    /// What the broker said when it closed the channel or the connection.
    ///
    /// `isAnswer` is true where it answers a request of ours. Out of the blue the same codes mean something else: 406 is then a delivery
    /// that was not acknowledged in time, and a new connection cures it.
    init(code: UInt16, text: String, doing attempted: String, isAnswer: Bool) {
        let kind: Kind =
            switch code {
            case 403, 530: .accessRefused
            case 404: .notFound
            case 405 where isAnswer, 406 where isAnswer: .preconditionFailed
            default: .closedByBroker
            }
        let said = text.isEmpty ? "" : ": \(text)"
        self.init(
            kind, doing: attempted, "the broker answered \(code)\(said)",
            isPermanent: kind == .accessRefused || kind == .preconditionFailed,
            brokerCode: code, brokerText: text)
        if !isAnswer { reason = "the broker closed it with \(code)\(said)" }
    }

    /// The system gave no thread or no descriptor.
    package init(_ error: ThreadError) { self.init(.unreachable, doing: error.attempted, error.reason) }

    /// A status of the C library.
    init(status: Int32, doing attempted: String) {
        let kind: Kind
        var words = String(cString: amqp_error_string2(status))
        switch status {
        case AMQP_STATUS_BAD_AMQP_DATA.rawValue, AMQP_STATUS_UNKNOWN_CLASS.rawValue,
            AMQP_STATUS_UNKNOWN_METHOD.rawValue, AMQP_STATUS_WRONG_METHOD.rawValue,
            AMQP_STATUS_INCOMPATIBLE_AMQP_VERSION.rawValue, AMQP_STATUS_UNEXPECTED_STATE.rawValue:
            kind = .protocolViolation
            words = "the broker does not speak AMQP 0-9-1 as agreed (\(words))"
        case AMQP_STATUS_BROKER_UNSUPPORTED_SASL_METHOD.rawValue:
            kind = .accessRefused
            words = "the broker does not offer this way of logging in (\(words))"
        case AMQP_STATUS_TIMEOUT.rawValue:
            kind = .timedOut
            words = "no answer from the broker in time"
        case AMQP_STATUS_HEARTBEAT_TIMEOUT.rawValue:
            kind = .lost
            words = "no heartbeat from the broker for too long"
        case AMQP_STATUS_CONNECTION_CLOSED.rawValue, AMQP_STATUS_SOCKET_CLOSED.rawValue,
            AMQP_STATUS_SOCKET_ERROR.rawValue, AMQP_STATUS_SSL_ERROR.rawValue:
            kind = .lost
            words = "the connection to the broker broke (\(words))"
        default:
            kind = .lost
        }
        self.init(kind, doing: attempted, words, isPermanent: kind == .accessRefused)
    }
}

extension String {
    /// A copy of the library's bytes, which the next library call may overwrite.
    init(copying bytes: amqp_bytes_t) {
        self = String(decoding: UnsafeRawBufferPointer(bytes), as: UTF8.self)
    }
}

extension UnsafeRawBufferPointer {
    @inline(__always)
    init(_ bytes: amqp_bytes_t) {
        self.init(start: bytes.bytes, count: bytes.bytes == nil ? 0 : bytes.len)
    }
}
