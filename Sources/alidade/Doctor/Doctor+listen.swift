internal import DaemonSettings
internal import Glibc

extension Doctor {
    private static let listenCheck = "http"
    private static let otherAddress = "set http.listen to an address and port of this machine that are free"

    /// Whether the daemon could make its socket, in a folder that somebody else has to make.
    mutating func checkSocket(_ settings: Settings) {
        guard let path = settings.http.socket, let slash = path.lastIndex(of: "/") else { return }
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        guard access(folder, W_OK | X_OK) == 0 else {
            let why = String(cString: strerror(errno))
            return add(
                .problem(
                    Self.listenCheck, "\(path) cannot be made: \(folder): \(why)",
                    remedy:
                        "make the folder, owned by the daemon's user and of the reverse proxy's group, with mode 2750"))
        }
        add(.ok(Self.listenCheck, "\(path) can be made"))
    }

    /// Whether the daemon could listen, or does.
    mutating func checkListen(_ settings: Settings) {
        let listen = settings.http.listen
        guard let colon = listen.lastIndex(of: ":") else { return }
        let host = listen[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
        let port = String(listen[listen.index(after: colon)...])
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(String(host), port, &hints, &list)
        guard status == 0, let info = list?.pointee else {
            let why = String(cString: gai_strerror(status))
            return add(.problem(Self.listenCheck, "\(listen): \(why)", remedy: Self.otherAddress))
        }
        defer { freeaddrinfo(list) }
        switch Self.bindError(info) {
        case 0: add(.ok(Self.listenCheck, "\(listen) is free"))
        case EADDRINUSE: addInUse(listen, String(host), port)
        case let error:
            let why = String(cString: strerror(error))
            add(.problem(Self.listenCheck, "cannot listen on \(listen): \(why)", remedy: Self.otherAddress))
        }
    }

    private mutating func addInUse(_ listen: String, _ host: String, _ port: String) {
        let request = HTTPRequest(host: HTTPRequest.reachable(host), port: UInt16(port) ?? 0, path: "/health/live")
        let answer = try? request.answer(within: .seconds(2))
        if answer?.status == 200 {
            return add(.ok(Self.listenCheck, "\(listen) is in use, and what answers there is alive"))
        }
        add(
            .problem(
                Self.listenCheck, "\(listen) is in use by something that does not answer as the daemon does",
                remedy: "find it with `ss -ltnp`, or \(Self.otherAddress)"))
    }

    /// 0, or the errno of binding a socket to the address; nothing is ever accepted on it.
    private static func bindError(_ info: addrinfo) -> Int32 {
        let descriptor = socket(info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), info.ai_protocol)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        return bind(descriptor, info.ai_addr, info.ai_addrlen) == 0 ? 0 : errno
    }
}
