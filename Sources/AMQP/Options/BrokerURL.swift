package import Files

/// Where a broker is: `amqp://user:password@host:port/vhost`, or `amqps://` for TLS.
///
/// Parsed here and not by the C library, which writes into its input, turns `amqp://host/` into the virtual host "" and gives every user
/// without a password the password "guest".
package struct BrokerURL: Sendable, Equatable, CustomStringConvertible {
    package var isTLS: Bool
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    package var host: String
    package var port: UInt16
    /// Absent where the URL names nobody: then the user is `guest`, or the client certificate's.
    package var user: String?
    package var password: Secret?
    package var virtualHost: String

    package init(
        isTLS: Bool = false, host: String, port: UInt16? = nil, user: String? = nil, password: Secret? = nil,
        virtualHost: String = "/"
    ) {
        self.isTLS = isTLS
        self.host = host
        self.port = port ?? (isTLS ? 5671 : 5672)
        self.user = user
        self.password = password
        self.virtualHost = virtualHost
    }

    /// The URL with the password masked; what is logged and shown.
    package var description: String {
        var text = isTLS ? "amqps://" : "amqp://"
        if let user { text += PercentEncoding.encode(user) + (password == nil ? "" : ":***") + "@" }
        return text + "\(endpoint)/\(virtualHost == "/" ? "" : PercentEncoding.encode(virtualHost))"
    }

    /// `host:port`, for error texts.
    package var endpoint: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
