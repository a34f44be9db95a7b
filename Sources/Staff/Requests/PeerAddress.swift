internal import Glibc

/// The address at the other end of a connection. An IPv4 address and the same mapped into IPv6 are one.
package struct PeerAddress: Sendable, Hashable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// `192.0.2.1`, `2001:db8::1`, `fe80::1%eth0`, without brackets and port.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 64, !text.utf8.contains(0) else { return nil }
        let bare = String(text.prefix { $0 != "%" })
        var four = in_addr()
        if inet_pton(AF_INET, bare, &four) == 1 {
            self.init(high: 0, low: Self.mapped | UInt64(UInt32(bigEndian: four.s_addr)))
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, bare, &six) == 1 else { return nil }
        let halves = withUnsafeBytes(of: six) { bytes in
            (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        self.init(high: UInt64(bigEndian: halves.0), low: UInt64(bigEndian: halves.1))
    }

    private static let mapped: UInt64 = 0xFFFF_0000_0000

    package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }
    package var isLoopback: Bool { isIPv4 ? low >> 24 & 0xFF == 127 : high == 0 && low == 1 }
    /// As in `0.0.0.0:8089`: every address of the machine.
    package var isUnspecified: Bool { isIPv4 ? low == Self.mapped : high == 0 && low == 0 }

    /// What one household or machine has: the address itself, of an IPv6 one the first 64 bits.
    package var network: PeerAddress { isIPv4 ? self : PeerAddress(high: high, low: 0) }

    package var description: String {
        if isIPv4 { return (0..<4).reversed().map { "\(low >> (8 * $0) & 0xFF)" }.joined(separator: ".") }
        let halves = (high.bigEndian, low.bigEndian)
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = withUnsafeBytes(of: halves) { inet_ntop(AF_INET6, $0.baseAddress, &text, socklen_t(text.count)) }
        return text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }
}

/// Where a request came from.
package enum Peer: Sendable, Hashable, CustomStringConvertible {
    case address(PeerAddress)
    /// Through `http.socket`: the file system decides who can.
    case socket
    /// A connection that was reset before it was accepted has no other end any more. It must not be taken for the socket.
    case unknown

    package var description: String {
        switch self {
        case .address(let address): address.description
        case .socket: "socket"
        case .unknown: "unknown"
        }
    }
}
