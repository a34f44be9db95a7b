internal import HTTPTypes
internal import NIOCore
internal import NIOHTTPTypes

/// Tells the book of one connection what happens on it, and ends it where a request takes too long to arrive: bytes that drip are as good as
/// none.
final class ConnectionBookkeeper: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// From the end of one answer to the head of the next request.
    private static let headLimit = TimeAmount.seconds(30)
    /// From the head of a request to its end.
    private static let bodyLimit = TimeAmount.seconds(10)

    /// Until a piece of an answer is on its way.
    private static let sendLimit = TimeAmount.seconds(30)

    private let book: ConnectionBook
    private var limit: Scheduled<Void>?

    init(_ book: ConnectionBook) { self.book = book }

    func handlerAdded(context: ChannelHandlerContext) {
        book.opened(context.channel)
        expect(within: Self.headLimit, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { limit?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            book.note(context.channel, isAnswering: true)
            expect(within: Self.bodyLimit, context)
        case .body: break
        case .end: limit?.cancel()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            book.note(context.channel, isAnswering: false)
            expect(within: Self.headLimit, context)
        }
        guard case .body = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        // Who takes nothing gets nothing: what waits for it would stay in memory.
        let sent = promise ?? context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        let patience = context.eventLoop.scheduleTask(in: Self.sendLimit) { channel.close(promise: nil) }
        sent.futureResult.whenComplete { _ in patience.cancel() }
        context.write(data, promise: sent)
    }

    func channelInactive(context: ChannelHandlerContext) {
        limit?.cancel()
        book.closed(context.channel)
        context.fireChannelInactive()
    }

    private func expect(within time: TimeAmount, _ context: ChannelHandlerContext) {
        limit?.cancel()
        let channel = context.channel
        limit = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
