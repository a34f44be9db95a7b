import CRabbitMQ
import Events

extension MessageProperties {
    static func take(
        _ properties: borrowing amqp_basic_properties_t, _ headers: inout HeaderText, into bytes: inout ByteArena
    ) -> MessageProperties {
        let flags = Int32(bitPattern: properties._flags)
        @inline(__always)
        func text(_ flag: Int32, _ value: amqp_bytes_t, _ bytes: inout ByteArena) -> ByteRange? {
            flags & flag == 0 ? nil : bytes.append(UnsafeRawBufferPointer(value))
        }
        var taken = MessageProperties()
        taken.contentType = text(AMQP_BASIC_CONTENT_TYPE_FLAG, properties.content_type, &bytes)
        taken.contentEncoding = text(AMQP_BASIC_CONTENT_ENCODING_FLAG, properties.content_encoding, &bytes)
        taken.correlationID = text(AMQP_BASIC_CORRELATION_ID_FLAG, properties.correlation_id, &bytes)
        taken.replyTo = text(AMQP_BASIC_REPLY_TO_FLAG, properties.reply_to, &bytes)
        taken.messageID = text(AMQP_BASIC_MESSAGE_ID_FLAG, properties.message_id, &bytes)
        taken.type = text(AMQP_BASIC_TYPE_FLAG, properties.type, &bytes)
        taken.userID = text(AMQP_BASIC_USER_ID_FLAG, properties.user_id, &bytes)
        taken.appID = text(AMQP_BASIC_APP_ID_FLAG, properties.app_id, &bytes)
        taken.expiration = text(AMQP_BASIC_EXPIRATION_FLAG, properties.expiration, &bytes)
        if flags & AMQP_BASIC_TIMESTAMP_FLAG != 0 { taken.timestamp = properties.timestamp }
        if flags & AMQP_BASIC_DELIVERY_MODE_FLAG != 0 { taken.deliveryMode = properties.delivery_mode }
        if flags & AMQP_BASIC_PRIORITY_FLAG != 0 { taken.priority = properties.priority }
        if flags & AMQP_BASIC_HEADERS_FLAG != 0 {
            headers.render(properties.headers)
            taken.headers = headers.bytes.withUnsafeBytes { bytes.append($0) }
        }
        return taken
    }
}
