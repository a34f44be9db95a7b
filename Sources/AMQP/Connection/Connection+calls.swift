import CRabbitMQ
import Events
import Glibc
import Threads

func timevalue(_ nanoseconds: UInt64) -> timeval {
    timeval(tv_sec: Int(nanoseconds / 1_000_000_000), tv_usec: Int(nanoseconds % 1_000_000_000 / 1000))
}

extension Connection {
    /// The state, or the error that ended the connection.
    func openState(_ attempted: @autoclosure () -> String) throws(AMQPError) -> OpaquePointer {
        if let state { return state }
        var error = failure ?? AMQPError(.lost, doing: "", "the connection is closed")
        error.attempted = attempted()
        throw error
    }

    /// Ends the connection because of `error`. After most errors the library must not be called again with this state.
    mutating func end(_ error: AMQPError) -> AMQPError {
        if failure == nil { failure = error }
        if let state {
            amqp_destroy_connection(state)
            self.state = nil
        }
        return error
    }

    /// What a failed library call means; ends the connection.
    mutating func failed(_ status: Int32, doing attempted: String) -> AMQPError {
        if socket.wasCut {
            return end(AMQPError(.timedOut, doing: attempted, "the broker took longer than \(options.callTimeout)"))
        }
        return end(AMQPError(status: status, doing: attempted))
    }

    /// A request that the broker answers. `call` returns nothing of the library's memory.
    ///
    /// Where the broker closes the channel over it and nothing else was going on, the channel is opened again: a queue that
    /// does not exist is then an error, and the connection goes on.
    mutating func request<Answer>(
        _ attempted: String, _ call: (OpaquePointer) -> Answer
    ) throws(AMQPError) -> Answer {
        let state = try openState(attempted)
        let started = monotonicClock()
        socket.arm(options.callTimeout.nanoseconds)
        let answer = call(state)
        socket.disarm()
        let reply = amqp_get_rpc_reply(state)
        isDrained = false
        switch reply.reply_type {
        case AMQP_RESPONSE_NORMAL:
            amqp_maybe_release_buffers_on_channel(state, Self.channel)
            lastRead = monotonicClock()
            return answer
        case AMQP_RESPONSE_SERVER_EXCEPTION:
            throw closed(by: reply.reply, doing: attempted, isAnswer: true)
        default:
            if reply.library_error == AMQP_STATUS_TIMEOUT.rawValue {
                let seconds = Double((monotonicClock() - started) / 1_000_000) / 1000
                throw end(AMQPError(.timedOut, doing: attempted, "no answer from the broker within \(seconds) s"))
            }
            throw failed(reply.library_error, doing: attempted)
        }
    }

    /// channel.close or connection.close: answered, and turned into an error.
    mutating func closed(by method: amqp_method_t, doing attempted: String, isAnswer: Bool) -> AMQPError {
        guard let state else { return failure ?? AMQPError(.lost, doing: attempted, "the connection is closed") }
        switch method.id {
        case MethodID.channelClose:
            let close = method.decoded.assumingMemoryBound(to: amqp_channel_close_t.self).pointee
            let error = AMQPError(
                code: close.reply_code, text: String(copying: close.reply_text), doing: attempted, isAnswer: isAnswer)
            var ok = amqp_channel_close_ok_t()
            let status = send(state, Self.channel, MethodID.channelCloseOk, &ok)
            if status == 0, isAnswer, consumers.isEmpty, !isConfirming, reopenChannel(state) { return error }
            return end(error)
        case MethodID.connectionClose:
            let close = method.decoded.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
            let error = AMQPError(
                code: close.reply_code, text: String(copying: close.reply_text), doing: attempted, isAnswer: isAnswer)
            var ok = amqp_connection_close_ok_t()
            _ = send(state, 0, MethodID.connectionCloseOk, &ok)
            return end(error)
        default:
            return end(AMQPError(status: AMQP_STATUS_WRONG_METHOD.rawValue, doing: attempted))
        }
    }

    /// Sends one method under the watchdog's eyes.
    func send(
        _ state: OpaquePointer, _ channel: amqp_channel_t, _ method: UInt32, _ decoded: UnsafeMutableRawPointer
    ) -> Int32 {
        socket.arm(options.callTimeout.nanoseconds)
        defer { socket.disarm() }
        return amqp_send_method(state, channel, method, decoded)
    }

    private func reopenChannel(_ state: OpaquePointer) -> Bool {
        amqp_maybe_release_buffers(state)
        socket.arm(options.callTimeout.nanoseconds)
        defer { socket.disarm() }
        return amqp_channel_open(state, Self.channel) != nil
    }
}

/// Class and method numbers of AMQP 0-9-1 (the C header has them as casts, which Swift does not import).
enum MethodID {
    static let connectionClose: UInt32 = 0x000A_0032
    static let connectionCloseOk: UInt32 = 0x000A_0033
    static let connectionBlocked: UInt32 = 0x000A_003C
    static let connectionUnblocked: UInt32 = 0x000A_003D
    static let channelClose: UInt32 = 0x0014_0028
    static let channelCloseOk: UInt32 = 0x0014_0029
    static let basicCancel: UInt32 = 0x003C_001E
    static let basicReturn: UInt32 = 0x003C_0032
    static let basicDeliver: UInt32 = 0x003C_003C
    static let basicAck: UInt32 = 0x003C_0050
    static let basicNack: UInt32 = 0x003C_0078
}
