internal import Glibc
internal import NIOCore

/// Why nothing could be served at an address.
package struct ListenError: Error, Sendable, CustomStringConvertible {
    package var description: String

    init(host: String, port: Int, _ error: any Error) {
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        description = "could not listen on \(place): \(Self.reason(error))"
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else {
            return error is SocketAddressError || error is SocketAddressError.UnknownHost
                ? "the host name is unknown; http.listen must name an address of this machine" : "\(error)"
        }
        switch error.errnoCode {
        case EADDRINUSE: return "the address is in use; http.listen must be free"
        case EADDRNOTAVAIL: return "this machine has no such address; http.listen must name one of its own"
        case EACCES: return "that is not permitted; ports below 1024 need the capability CAP_NET_BIND_SERVICE"
        default: return String(cString: strerror(error.errnoCode))
        }
    }
}
