package import Events

/// The AMQP properties of a message to be published.
package struct PublishProperties: Sendable {
    package var contentType: String? = "application/json"
    package var correlationID: ShortText?
    package var replyTo: ShortText?
    package var messageID: ShortText?
    package var type: String?
    package var appID: String?
    /// Milliseconds, as decimal text.
    package var expiration: String?
    /// Seconds since the epoch.
    package var timestamp: UInt64?
    /// Written to disk by the broker, where the queue is durable.
    package var isPersistent = true
    package var headers: [String: Argument] = [:]

    package init() {}
}
