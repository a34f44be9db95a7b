import Glibc

/// An IP address as proxies and frameworks write it: alone, with a port, or first of a list (`X-Forwarded-For`), where the first one
/// is the client's.
struct AddressText {
    /// The address alone, as `inet_pton` takes it; a place in the text it was found in.
    let place: Range<Int>
    /// Whether the text is the address and nothing else.
    let isPlain: Bool

    /// The longest text that `inet_pton` takes.
    private static let longest = 45

    /// Nil where the text begins with no address.
    init?(_ text: UnsafeRawBufferPointer) {
        // Almost all are.
        if Self.isAddress(text) {
            place = 0..<text.count
            isPlain = true
            return
        }
        var end = text.firstIndex(of: UInt8(ascii: ",")) ?? text.count
        var start = 0
        while start < end, Self.isSpace(text[start]) { start += 1 }
        while end > start, Self.isSpace(text[end - 1]) { end -= 1 }
        guard start < end, let found = Self.host(start..<end, of: text) else { return nil }
        place = found
        isPlain = false
    }

    /// The address that a text begins with; nil where there is none.
    static func first(in text: String) -> String? {
        var text = text
        return text.withUTF8 { utf8 in
            AddressText(UnsafeRawBufferPointer(utf8)).map { String(decoding: utf8[$0.place], as: UTF8.self) }
        }
    }

    /// Without brackets and port.
    private static func host(_ place: Range<Int>, of text: UnsafeRawBufferPointer) -> Range<Int>? {
        var host = place
        if text[host.lowerBound] == UInt8(ascii: "[") {
            guard let end = text[host].firstIndex(of: UInt8(ascii: "]")), isPort(end + 1..<host.upperBound, of: text)
            else {
                return nil
            }
            host = host.lowerBound + 1..<end
        } else if let colon = text[host].firstIndex(of: UInt8(ascii: ":")),
            text[colon + 1..<host.upperBound].firstIndex(of: UInt8(ascii: ":")) == nil
        {
            // One colon: no IPv6 address has so few.
            guard isPort(colon..<host.upperBound, of: text) else { return nil }
            host = host.lowerBound..<colon
        }
        return isAddress(UnsafeRawBufferPointer(rebasing: text[host])) ? host : nil
    }

    /// Nothing, or a colon and up to five digits.
    private static func isPort(_ place: Range<Int>, of text: UnsafeRawBufferPointer) -> Bool {
        guard !place.isEmpty else { return true }
        let digits = text[place].dropFirst()
        return text[place.lowerBound] == UInt8(ascii: ":") && (1...5).contains(digits.count)
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// As `inet_pton` has it: four decimal numbers, or IPv6 without a zone.
    private static func isAddress(_ text: UnsafeRawBufferPointer) -> Bool {
        guard !text.isEmpty, text.count <= longest, !text.contains(0) else { return false }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: longest + 1) { copy in
            UnsafeMutableRawBufferPointer(copy).copyMemory(from: text)
            copy[text.count] = 0
            var address = in6_addr()
            return inet_pton(AF_INET, copy.baseAddress, &address) == 1
                || inet_pton(AF_INET6, copy.baseAddress, &address) == 1
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
