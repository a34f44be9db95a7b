import CRabbitMQ

/// Methods that are not deliveries.
extension Connection {
    mutating func take(_ method: amqp_method_t, on channel: amqp_channel_t) throws(AMQPError) {
        switch (method.id, channel) {
        case (MethodID.connectionBlocked, 0):
            let blocked = method.decoded.assumingMemoryBound(to: amqp_connection_blocked_t.self)
            blockedReason = String(copying: blocked.pointee.reason)
        case (MethodID.connectionUnblocked, 0):
            blockedReason = nil
        case (MethodID.connectionClose, 0):
            throw closed(by: method, doing: "keep the connection to \(broker.endpoint)", isAnswer: false)
        case (MethodID.channelClose, Self.channel):
            throw closed(by: method, doing: "keep the channel at \(broker.endpoint)", isAnswer: false)
        case (_, Self.channel) where assembly.phase != .idle || returning != nil:
            throw stray("the method \(Self.name(method.id)) inside a message")
        case (MethodID.basicCancel, Self.channel):
            throw cancelled(method)
        case (MethodID.basicAck, Self.channel):
            let ack = method.decoded.assumingMemoryBound(to: amqp_basic_ack_t.self).pointee
            try takeConfirm(of: ack.delivery_tag, multiple: ack.multiple != 0, isRejection: false)
        case (MethodID.basicNack, Self.channel):
            let nack = method.decoded.assumingMemoryBound(to: amqp_basic_nack_t.self).pointee
            try takeConfirm(of: nack.delivery_tag, multiple: nack.multiple != 0, isRejection: true)
        case (MethodID.basicReturn, Self.channel):
            returning = ReturnedMessage(method.decoded.assumingMemoryBound(to: amqp_basic_return_t.self).pointee)
        default:
            throw stray("the method \(Self.name(method.id)) on channel \(channel)")
        }
    }

    private mutating func cancelled(_ method: amqp_method_t) -> AMQPError {
        let tag = UnsafeRawBufferPointer(
            method.decoded.assumingMemoryBound(to: amqp_basic_cancel_t.self).pointee.consumer_tag)
        guard let index = consumers.firstIndex(where: { tag.elementsEqual($0.tag) }) else {
            return stray("the cancellation of a consumer that is not ours")
        }
        consumers[index].isActive = false
        let queue = consumers[index].queueName
        return AMQPError(
            .consumerCancelled, doing: "consume from the queue \(queue)",
            "the broker cancelled the consumer: the queue was deleted, or its node is gone")
    }

    private mutating func takeConfirm(of tag: UInt64, multiple: Bool, isRejection: Bool) throws(AMQPError) {
        guard isConfirming, confirms.settle(tag, multiple: multiple, isRejection: isRejection, into: &outcomes) else {
            throw stray("a confirm for \(tag), which is not open")
        }
    }

    /// Once its last frame is there, a returned message gets its outcome.
    mutating func finishReturn() throws(AMQPError) {
        guard let message = returning, message.isComplete else { return }
        returning = nil
        guard isConfirming else { return }
        guard let sequence = confirms.markReturned(fingerprint: message.fingerprint.value) else {
            throw stray("back a message that is not open here")
        }
        outcomes.append(.returned(sequence, code: message.code, text: message.text))
    }

    private static func name(_ id: UInt32) -> String {
        amqp_method_name(id).map { String(cString: $0) } ?? "0x" + String(id, radix: 16)
    }
}
