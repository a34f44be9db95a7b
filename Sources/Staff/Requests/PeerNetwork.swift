/// Addresses that begin alike: `10.0.0.0/8`, `2001:db8::/32`, or a single one.
package struct PeerNetwork: Sendable, Equatable, CustomStringConvertible {
    package enum Problem: Error, Equatable {
        case notAnAddress
        case notALength
        /// It has bits behind the prefix.
        case hostBits(suggestion: String)
        /// Who could forge a header would be everybody.
        case tooWide
    }

    /// Longer prefixes only; a list of a few short ones would be everything again.
    static let shortestPrefix = 8

    private let base: PeerAddress
    /// Of the 128 bits.
    private let prefix: Int

    package init(_ text: some StringProtocol) throws(Problem) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = PeerAddress(parts[0]), !parts[0].contains("%") else { throw .notAnAddress }
        let isFour = !parts[0].contains(":")
        let bits = isFour ? 32 : 128
        var length = bits
        if parts.count == 2 {
            guard let first = parts[1].utf8.first, (0x30...0x39).contains(first), let given = Int(parts[1]),
                given <= bits, String(given) == parts[1]
            else { throw .notALength }
            length = given
        }
        let whole = isFour ? length + 96 : length
        // Of IPv4 also where it is written as mapped into IPv6.
        let shortest = address.isIPv4 ? 96 + Self.shortestPrefix : Self.shortestPrefix
        guard whole >= shortest else { throw .tooWide }
        let masked = Self.masked(address, whole)
        guard masked == address else { throw .hostBits(suggestion: "\(masked)/\(length)") }
        base = address
        prefix = whole
    }

    package func contains(_ address: PeerAddress) -> Bool { Self.masked(address, prefix) == base }

    package var isLoopback: Bool { base.isLoopback }

    package var description: String { "\(base)/\(base.isIPv4 ? prefix - 96 : prefix)" }

    private static func masked(_ address: PeerAddress, _ prefix: Int) -> PeerAddress {
        PeerAddress(
            high: prefix >= 64 ? address.high : address.high & ~(UInt64.max >> UInt64(prefix)),
            low: prefix <= 64 ? 0 : address.low & ~(prefix == 128 ? 0 : UInt64.max >> UInt64(prefix - 64)))
    }
}

extension PeerNetwork.Problem: CustomStringConvertible {
    /// To follow the text that was given.
    package var description: String {
        switch self {
        case .notAnAddress: "is no address, network or \"socket\"; write 192.0.2.10, 10.1.0.0/16 or 2001:db8::/64"
        case .notALength: "has no length of a prefix behind its slash"
        case .hostBits(let suggestion): "is no network, as it has bits behind its prefix; \(suggestion) is one"
        case .tooWide:
            "is so wide that anybody could say who he is; name the addresses of the reverse proxy, or a network of at "
                + "least /\(PeerNetwork.shortestPrefix)"
        }
    }
}
