/// Whether a password and a cookie may go over the connection that a request came by.
package enum LoginTransport: Sendable, Equatable {
    /// TLS as far as the reverse proxy: the cookie is `__Host-alidade`, with `Secure`.
    case secure
    /// Loopback, or plain HTTP on purpose: the cookie is `alidade`, without `Secure`.
    case plain
    case refused(Reason)

    package enum Reason: Sendable, Equatable {
        /// From another machine, without TLS as far as anybody knows.
        case withoutTLS
        /// `dashboard.url` is https, and who passes this on is not in `dashboard.proxy.peers`.
        case unknownProxy
        /// The proxy says in `X-Forwarded-Proto` that it was asked by the other scheme than that of `dashboard.url`.
        case otherScheme
    }

    /// - Parameters:
    ///   - isProxy: ``ProxyRules/isProxy(_:)``.
    ///   - origin: ``HostRules/origin(of:)`` of this request.
    ///   - forwardedProto: Every occurrence of `X-Forwarded-Proto`, which counts from a proxy only.
    package static func judge(
        peer: Peer, isProxy: Bool, origin: String?, url: DashboardURL?, forwardedProto: [String]
    ) -> LoginTransport {
        let isLocal =
            switch peer {
            case .address(let address): address.isLoopback
            case .socket: true
            case .unknown: false
            }
        guard let url, origin == url.origin else {
            return isLocal ? .plain : .refused(.withoutTLS)
        }
        let scheme = url.isSecure ? "https" : "http"
        if isProxy, forwardedProto.contains(where: { $0.lowercased() != scheme }) { return .refused(.otherScheme) }
        guard url.isSecure else { return .plain }
        return isLocal || isProxy ? .secure : .refused(.unknownProxy)
    }
}
