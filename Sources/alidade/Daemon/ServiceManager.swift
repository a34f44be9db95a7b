internal import Glibc
internal import Synchronization
internal import Terminal

/// Tells systemd how the daemon is, by sd_notify(3)'s protocol; silent where nobody listens.
///
/// Any thread may call it: each message is one datagram.
final class ServiceManager: Sendable {
    private static let longestStatus = 500

    private let address: String?
    /// Within this time systemd wants to hear ``alive()`` again; nil where it does not watch this process.
    let watchdogLimit: Duration?
    private let wasReady = Atomic<Bool>(false)
    private let wasAskedToStop = Atomic<Bool>(false)

    init(environment: [String: String] = ProcessEnvironment.variables) {
        address = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        // WATCHDOG_PID names the process that is meant; without it the whole unit is (sd_watchdog_enabled(3)).
        let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdogLimit = isMeant && microseconds > 0 ? .microseconds(microseconds) : nil
    }

    /// The configuration is right, the store is open and the loop begins; the broker may still be away.
    func ready() {
        send("READY=1\nSTATUS=connecting to the broker")
        wasReady.store(true, ordering: .releasing)
    }
    var isReady: Bool { wasReady.load(ordering: .acquiring) }
    func stopping() {
        wasAskedToStop.store(true, ordering: .releasing)
        send("STOPPING=1\nSTATUS=stopping")
    }
    var isStopping: Bool { wasAskedToStop.load(ordering: .acquiring) }

    /// A reload begins; it is over with ``reloaded()``, whether it changed anything or not.
    func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        // systemd 253 and later compare this with the time at which they asked.
        send("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)\nSTATUS=reloading")
    }

    /// The next status tells again what it is doing.
    func reloaded() { send("READY=1") }

    /// Not hung: feeds the watchdog.
    func alive() { send("WATCHDOG=1") }
    /// Still starting and not hung: the start may take so long from now.
    func starting(atMost limit: Duration) { send("EXTEND_TIMEOUT_USEC=\(limit.components.seconds * 1_000_000)") }
    /// One line for people, shown by `systemctl status`. It may hold words of the broker's: a line break in them would begin
    /// another assignment.
    func status(_ text: String) { send("STATUS=\(VisibleText.escaped(text).prefix(Self.longestStatus))") }

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
