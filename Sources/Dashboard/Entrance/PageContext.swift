internal import Hummingbird
internal import NIOCore
internal import Staff

/// What is known of a request beside itself.
struct PageContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who asks, as the socket of the connection says it.
    let peer: Peer
    /// Who asks, once that is known.
    var visitor: Visitor?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        // By our own end: of a connection that was reset meanwhile, the other end is not known.
        peer =
            if case .unixDomainSocket = source.channel.localAddress {
                .socket
            } else {
                source.channel.remoteAddress?.ipAddress.flatMap { PeerAddress($0) }.map(Peer.address) ?? .unknown
            }
    }
}
