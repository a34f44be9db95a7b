import Glibc

/// One address a name stands for.
struct SocketAddress: Sendable {
    var family: Int32
    var bytes: [UInt8]

    fileprivate init(_ info: addrinfo) {
        family = info.ai_family
        bytes = Array(UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen)))
    }

    /// "192.0.2.1", "2001:db8::1".
    var numericHost: String {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let status = withPointer { address, length in
            getnameinfo(address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
        }
        return status == 0 ? String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : "?"
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var storage = sockaddr_storage()
        return withUnsafeMutableBytes(of: &storage) { raw in
            raw.copyBytes(from: bytes)
            return raw.withMemoryRebound(to: sockaddr.self) {
                body(UnsafePointer($0.baseAddress!), socklen_t(bytes.count))
            }
        }
    }

    /// Asks the system's resolver, which may block for long. `numericOnly` never does: nil for a name.
    static func resolve(_ host: String, port: UInt16, numericOnly: Bool) -> Result<[SocketAddress], ResolverError> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV | (numericOnly ? AI_NUMERICHOST : AI_ADDRCONFIG)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        guard status == 0 else {
            return .failure(
                ResolverError(reason: String(cString: gai_strerror(status)), isUnknownName: status == EAI_NONAME))
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let info = next {
            addresses.append(SocketAddress(info.pointee))
            next = info.pointee.ai_next
        }
        return .success(addresses)
    }
}

struct ResolverError: Error {
    var reason: String
    var isUnknownName: Bool
}
