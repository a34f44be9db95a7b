import Glibc

/// What becomes of `/device_browser/ip_address` before a profiler message is stored; `privacy.ip_address` in the configuration.
package enum PrivacyPolicy: String, Sendable, CaseIterable {
    case keep
    /// IPv4 loses its last octet (`203.0.113.0`), also inside an IPv6 address (`::ffff:203.0.113.0`); IPv6 keeps its first 48 bits
    /// (`2001:db8:1::`).
    case truncate
    /// The address becomes null.
    case drop

    /// The body as it may be stored, appended to `arena`; nil where it may stay as it is.
    ///
    /// `body` is JSON that the decoder has accepted. Every address is rewritten, also where a member is given twice; all other bytes stay.
    /// Of a list of addresses the first one counts, and a port is dropped. What is no text with an address becomes null, and so does a
    /// `device_browser` that is no object: an address may be in it.
    package func apply(to body: ByteRange, in arena: inout ByteArena) -> ByteRange? {
        guard self != .keep else { return nil }
        var edits: [(place: Range<Int>, text: [UInt8])] = []
        let bytes = arena[body]
        let devices = JSONMemberScanner.values(at: ["device_browser"], in: bytes)
        for device in devices
        where bytes[device].first != Self.null[0] {
            guard bytes[device].first == UInt8(ascii: "{") else {
                edits.append((device, Self.null))
                continue
            }
            JSONMemberScanner.forEachMember(of: device, in: bytes) { name, value in
                guard JSONMemberScanner.unescaped(bytes[name]).map({ ByteKey($0) }) == Self.name else { return }
                let replacement = replacement(for: bytes[value])
                if !replacement.elementsEqual(bytes[value]) { edits.append((value, replacement)) }
            }
        }
        guard !edits.isEmpty else { return nil }
        var rewritten: [UInt8] = []
        rewritten.reserveCapacity(bytes.count)
        var copied = 0
        for edit in edits {
            rewritten.append(contentsOf: bytes[copied..<edit.place.lowerBound])
            rewritten.append(contentsOf: edit.text)
            copied = edit.place.upperBound
        }
        rewritten.append(contentsOf: bytes[copied...])
        return rewritten.withUnsafeBytes { arena.append($0) }
    }

    private static let null = Array("null".utf8)
    private static let name = ByteKey("ip_address")

    private func replacement(for value: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
        guard self == .truncate, let text = JSONMemberScanner.unescaped(value), let address = Self.truncated(text)
        else {
            return Self.null
        }
        return Array("\"\(address)\"".utf8)
    }

    /// Nil where the text holds no address.
    static func truncated(_ text: String) -> String? {
        AddressText.first(in: text).flatMap { truncatedAddress($0) }
    }

    private static func truncatedAddress(_ address: String) -> String? {
        var version4 = in_addr()
        if inet_pton(AF_INET, address, &version4) == 1 {
            version4.s_addr &= UInt32(0xFFFF_FF00).bigEndian
            return text(AF_INET, &version4)
        }
        var version6 = in6_addr()
        guard inet_pton(AF_INET6, address, &version6) == 1 else { return nil }
        withUnsafeMutableBytes(of: &version6) { bytes in
            if let lastOctet = lastOctetOfVersion4(in: UnsafeRawBufferPointer(bytes)) {
                bytes[lastOctet] = 0
                // Of 6to4 the rest is a network and a host behind the IPv4 address; of the others there is no rest.
                for place in (lastOctet + 1)..<16 { bytes[place] = 0 }
            } else {
                for place in 6..<16 { bytes[place] = 0 }
            }
        }
        return text(AF_INET6, &version6)
    }

    /// Where the last octet of the IPv4 address is that an IPv6 address stands for: mapped (`::ffff:0:0/96`), translated (`::ffff:0:0:0/96`,
    /// `64:ff9b::/96`), compatible (`::/96`) or 6to4 (`2002::/16`). Others, such as Teredo, have one only behind their first 48 bits.
    private static func lastOctetOfVersion4(in address: UnsafeRawBufferPointer) -> Int? {
        if address[0] == 0x20, address[1] == 0x02 { return 5 }
        let prefixes: [[UInt8]] = [
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], [0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0],
            [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ]
        return prefixes.contains { address.starts(with: $0) } ? 15 : nil
    }

    private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
            inet_ntop(family, address, text.baseAddress, socklen_t(text.count)).map { String(cString: $0) }
        }
    }
}
