internal import Glibc

/// Tells systemd how the daemon is, by sd_notify(3)'s protocol; silent where nobody listens.
struct ServiceManager: Sendable {
    private let address: String?

    init(environment: [String: String] = CommonOptions.environment) {
        address = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
    }

    /// Both queues are being consumed and the store is open.
    func ready() { send("READY=1\nSTATUS=consuming") }
    func stopping() { send("STOPPING=1\nSTATUS=stopping") }

    private func send(_ state: String) {
        guard let address else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        let path = Array(address.utf8)
        guard path.count < MemoryLayout.size(ofValue: target.sun_path) else { return }
        withUnsafeMutableBytes(of: &target.sun_path) { bytes in
            bytes.copyBytes(from: path)
            // An abstract address begins with a zero byte, written as @.
            if path[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let message = Array(state.utf8)
        withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), pointer, length)
            }
        }
    }
}
