import CRabbitMQ
import Events

/// Where the properties of a message that is being published lie in the connection's outgoing buffer.
struct PropertyRanges {
    var contentType: ByteRange?
    var correlationID: ByteRange?
    var replyTo: ByteRange?
    var messageID: ByteRange?
    var type: ByteRange?
    var appID: ByteRange?
    var expiration: ByteRange?

    init(_ properties: PublishProperties, in buffer: inout ByteArena) {
        func place(_ text: ShortText?, _ buffer: inout ByteArena) -> ByteRange? {
            text.map { text in text.bytes.withUnsafeBytes { buffer.append($0) } }
        }
        contentType = properties.contentType.map { buffer.append($0) }
        correlationID = place(properties.correlationID, &buffer)
        replyTo = place(properties.replyTo, &buffer)
        messageID = place(properties.messageID, &buffer)
        type = properties.type.map { buffer.append($0) }
        appID = properties.appID.map { buffer.append($0) }
        expiration = properties.expiration.map { buffer.append($0) }
    }

    /// Pointers into `buffer`, good until its next change.
    func properties(of source: PublishProperties, in buffer: borrowing ByteArena) -> amqp_basic_properties_t {
        var basic = amqp_basic_properties_t()
        var flags = AMQP_BASIC_DELIVERY_MODE_FLAG
        basic.delivery_mode = source.isPersistent ? 2 : 1
        if let contentType {
            flags |= AMQP_BASIC_CONTENT_TYPE_FLAG
            basic.content_type = amqp_bytes_t(buffer[contentType])
        }
        if let correlationID {
            flags |= AMQP_BASIC_CORRELATION_ID_FLAG
            basic.correlation_id = amqp_bytes_t(buffer[correlationID])
        }
        if let replyTo {
            flags |= AMQP_BASIC_REPLY_TO_FLAG
            basic.reply_to = amqp_bytes_t(buffer[replyTo])
        }
        if let messageID {
            flags |= AMQP_BASIC_MESSAGE_ID_FLAG
            basic.message_id = amqp_bytes_t(buffer[messageID])
        }
        if let type {
            flags |= AMQP_BASIC_TYPE_FLAG
            basic.type = amqp_bytes_t(buffer[type])
        }
        if let appID {
            flags |= AMQP_BASIC_APP_ID_FLAG
            basic.app_id = amqp_bytes_t(buffer[appID])
        }
        if let expiration {
            flags |= AMQP_BASIC_EXPIRATION_FLAG
            basic.expiration = amqp_bytes_t(buffer[expiration])
        }
        if let timestamp = source.timestamp {
            flags |= AMQP_BASIC_TIMESTAMP_FLAG
            basic.timestamp = timestamp
        }
        basic._flags = UInt32(flags)
        return basic
    }
}

extension PublishProperties {
    /// The library would have sent half a message before it notices that the header does not fit. AMQP's smallest frame is 4096 bytes, of
    /// which the fixed part and the short texts take at most 2048.
    func fitsOneFrame(with headers: FieldTable?) -> Bool {
        let texts = [contentType, type, appID, expiration].map { $0?.utf8.count ?? 0 }
        let bytes = [correlationID, replyTo, messageID].map { $0?.bytes.count ?? 0 }
        return (texts + bytes).allSatisfy { $0 <= 255 } && (headers?.encodedBytes ?? 0) <= 2048
    }
}

extension amqp_bytes_t {
    /// Lent, not copied.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(len: bytes.count, bytes: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }
}
