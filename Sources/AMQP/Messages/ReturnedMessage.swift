import CRabbitMQ

/// A message that comes back because no queue wanted it, between its first frame and its last.
struct ReturnedMessage {
    let code: UInt16
    let text: String
    private(set) var fingerprint: MessageFingerprint
    private var remaining: UInt64?

    init(_ method: amqp_basic_return_t) {
        code = method.reply_code
        text = String(copying: method.reply_text)
        fingerprint = MessageFingerprint()
        fingerprint.add(UnsafeRawBufferPointer(method.exchange))
        fingerprint.add(UnsafeRawBufferPointer(method.routing_key))
    }

    var isComplete: Bool { remaining == 0 }

    mutating func take(_ properties: amqp_basic_properties_t, bodySize: UInt64) {
        let flags = Int32(bitPattern: properties._flags)
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        fingerprint.add(flags & AMQP_BASIC_MESSAGE_ID_FLAG == 0 ? none : UnsafeRawBufferPointer(properties.message_id))
        fingerprint.add(
            flags & AMQP_BASIC_CORRELATION_ID_FLAG == 0 ? none : UnsafeRawBufferPointer(properties.correlation_id))
        fingerprint.add(bodySize: bodySize)
        remaining = bodySize
    }

    /// False where more comes than was announced.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let left = remaining, UInt64(bytes.count) <= left else { return false }
        fingerprint.add(bodyPart: bytes)
        remaining = left - UInt64(bytes.count)
        return true
    }
}

/// What tells published messages apart when one comes back: exchange, key, ids, size and the beginning of the body (FNV-1a, 64 bits).
struct MessageFingerprint {
    /// Of the body; lies in its first frame even at AMQP's smallest frame size.
    private static let bodyPrefix = 1024

    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private var bodyLeft = Self.bodyPrefix

    var value: UInt64 { hash }

    mutating func add(_ text: UnsafeRawBufferPointer) {
        mix(text)
        mix(UInt8(truncatingIfNeeded: text.count))
    }

    mutating func add(bodySize: UInt64) {
        withUnsafeBytes(of: bodySize) { mix($0) }
    }

    mutating func add(bodyPart: UnsafeRawBufferPointer) {
        let part = UnsafeRawBufferPointer(rebasing: bodyPart.prefix(bodyLeft))
        mix(part)
        bodyLeft -= part.count
    }

    private mutating func mix(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { mix(byte) }
    }

    @inline(__always)
    private mutating func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
}
