internal import Glibc
internal import NIOCore

/// Why nothing could be served at an address.
package struct ListenError: Error, Sendable, CustomStringConvertible {
    package var description: String

    init(_ address: DashboardServer.Address, _ error: any Error) {
        switch address {
        case .port(let host, let port):
            let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            description = "could not listen on \(place): \(Self.reason(error, "http.listen"))"
        case .socket(let path): description = "could not listen on \(path): \(Self.reason(error, "http.socket"))"
        }
    }

    private static func reason(_ error: any Error, _ setting: String) -> String {
        guard let error = error as? IOError else {
            return error is SocketAddressError || error is SocketAddressError.UnknownHost
                ? "the host name is unknown; \(setting) must name an address of this machine" : "\(error)"
        }
        switch error.errnoCode {
        case EADDRINUSE: return "the address is in use; \(setting) must be free"
        case EADDRNOTAVAIL: return "this machine has no such address; \(setting) must name one of its own"
        case EACCES where setting == "http.listen":
            return "that is not permitted; ports below 1024 need the capability CAP_NET_BIND_SERVICE"
        default: return String(cString: strerror(error.errnoCode))
        }
    }
}
