internal import Events
internal import Files
internal import Glibc

/// One GET by HTTP/1.0: all that asking a broker's management API or our own health page takes.
struct HTTPRequest {
    struct Answer {
        var status: Int
        var body: [UInt8]
    }

    /// Why there is no answer.
    struct Failure: Error { var reason: String }

    private static let maximumBytes = 4 << 20

    var host: String
    var port: UInt16
    var path: String
    /// "user:password"
    var credentials: Secret?
    var fields: [(name: String, value: String)] = []
    /// An address of this machine to ask from; nil for what the kernel takes.
    var source: String?

    /// Where to ask who listens on `host`, which may stand for every address of the machine.
    static func reachable(_ host: String) -> String { host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host }

    @available(*, noasync)
    func answer(within limit: Duration) throws(Failure) -> Answer {
        let deadline = ContinuousClock.now + limit
        let descriptor = try connect(by: deadline)
        defer { close(descriptor) }
        let place = host.contains(":") ? "[\(host)]" : host
        var head = "GET \(path) HTTP/1.0\r\nHost: \(place):\(port)\r\nConnection: close\r\n"
        if let credentials { head += "Authorization: Basic \(Self.base64(Array(credentials.value.utf8)))\r\n" }
        for field in fields { head += "\(field.name): \(field.value)\r\n" }
        let request = Array((head + "\r\n").utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw Failure(reason: String(cString: strerror(errno)))
        }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 14)
        while bytes.count < Self.maximumBytes {
            guard Self.wait(descriptor, Int16(POLLIN), until: deadline) else {
                throw Failure(reason: "no answer in time")
            }
            let count = recv(descriptor, &piece, piece.count, 0)
            guard count >= 0 else { throw Failure(reason: String(cString: strerror(errno))) }
            if count == 0 { break }
            bytes += piece[..<count]
        }
        return try Self.parse(bytes)
    }

    private func connect(by deadline: ContinuousClock.Instant) throws(Failure) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        guard status == 0, let info = list?.pointee else {
            throw Failure(reason: String(cString: gai_strerror(status)))
        }
        defer { freeaddrinfo(list) }
        let kind = info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(info.ai_family, kind, info.ai_protocol)
        guard descriptor >= 0 else { throw Failure(reason: String(cString: strerror(errno))) }
        if let source, let error = Self.bind(descriptor, to: source) {
            close(descriptor)
            throw Failure(reason: String(cString: strerror(error)))
        }
        var error = Glibc.connect(descriptor, info.ai_addr, info.ai_addrlen) == 0 ? 0 : errno
        if error == EINPROGRESS {
            error = ETIMEDOUT
            if Self.wait(descriptor, Int16(POLLOUT), until: deadline) {
                var size = socklen_t(MemoryLayout<Int32>.size)
                if getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0 { error = errno }
            }
        }
        guard error == 0 else {
            close(descriptor)
            throw Failure(reason: String(cString: strerror(error)))
        }
        return descriptor
    }

    /// The errno where an IPv4 address cannot be taken as the source.
    private static func bind(_ descriptor: Int32, to source: String) -> Int32? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        guard inet_pton(AF_INET, source, &address.sin_addr) == 1 else { return EINVAL }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return result == 0 ? nil : errno
    }

    private static func wait(_ descriptor: Int32, _ events: Int16, until deadline: ContinuousClock.Instant) -> Bool {
        while true {
            let left = ContinuousClock.now.duration(to: deadline).components
            let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
            var entry = pollfd(fd: descriptor, events: events, revents: 0)
            let ready = poll(&entry, 1, Int32(clamping: max(0, milliseconds)))
            if ready > 0 { return true }
            if ready == 0 || errno != EINTR { return false }
        }
    }

    /// "HTTP/1.1 200 OK", head lines, an empty line, the body to the end of the connection.
    private static func parse(_ bytes: [UInt8]) throws(Failure) -> Answer {
        let line = bytes.prefix { $0 != 0x0D }.split(separator: 0x20)
        guard line.count >= 2, line[0].starts(with: Array("HTTP/1.".utf8)),
            let status = Int(String(decoding: line[1], as: UTF8.self))
        else { throw Failure(reason: "the answer is not HTTP") }
        let end: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        guard let range = bytes.firstRange(of: end) else { throw Failure(reason: "the answer breaks off") }
        return Answer(status: status, body: Array(bytes[range.upperBound...]))
    }

    /// RFC 4648.
    static func base64(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? letters[bits >> (18 - 6 * place) & 63] : "=")
            }
        }
        return text
    }
}
