internal import HTTPTypes
internal import NIOCore
internal import NIOHTTPTypes
internal import Synchronization

/// The open connections of a server, at most so many: a new one is always let in, and the one that has been idle longest gives way.
///
/// Whoever holds connections open and asks nothing, by mistake or on purpose, therefore cannot shut probes and scrapers out.
final class ConnectionBook: Sendable {
    private struct Entry {
        let channel: any Channel
        /// Grows with each event, so that the smallest is the oldest.
        var lastUse: UInt64
        var isAnswering = false
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var events: UInt64 = 0

        mutating func next() -> UInt64 {
            events += 1
            return events
        }
    }

    private let state = Mutex(State())
    private let maximum: Int

    init(maximum: Int) { self.maximum = maximum }

    func opened(_ channel: any Channel) {
        let leaving: (any Channel)? = state.withLock { state in
            var oldest: Entry?
            if state.entries.count >= maximum {
                // One that is being answered goes only where all are.
                oldest = state.entries.values.min {
                    ($0.isAnswering ? 1 : 0, $0.lastUse) < ($1.isAnswering ? 1 : 0, $1.lastUse)
                }
                if let oldest { state.entries[ObjectIdentifier(oldest.channel)] = nil }
            }
            state.entries[ObjectIdentifier(channel)] = Entry(channel: channel, lastUse: state.next())
            return oldest?.channel
        }
        leaving?.close(promise: nil)
    }

    func note(_ channel: any Channel, isAnswering: Bool) {
        state.withLock { state in
            let now = state.next()
            state.entries[ObjectIdentifier(channel)]?.lastUse = now
            state.entries[ObjectIdentifier(channel)]?.isAnswering = isAnswering
        }
    }

    func closed(_ channel: any Channel) {
        state.withLock { $0.entries[ObjectIdentifier(channel)] = nil }
    }
}

/// Tells the book of one connection what happens on it.
final class ConnectionBookkeeper: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let book: ConnectionBook

    init(_ book: ConnectionBook) { self.book = book }

    func handlerAdded(context: ChannelHandlerContext) { book.opened(context.channel) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { book.note(context.channel, isAnswering: true) }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { book.note(context.channel, isAnswering: false) }
        context.write(data, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        book.closed(context.channel)
        context.fireChannelInactive()
    }
}
