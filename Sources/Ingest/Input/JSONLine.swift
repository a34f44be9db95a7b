/// A document of several lines as one line: what a file of JSON Lines can hold.
package enum JSONLine {
    /// The body as it is where it is one line; nil where its lines cannot be joined, as a string or something that is no JSON goes over them.
    package static func make(of body: [UInt8]) -> [UInt8]? {
        guard body.contains(where: isLineBreak) else { return body }
        guard let first = body.first(where: { !isSpace($0) }), first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        else { return nil }
        var extent = JSONExtent()
        let end = body.withUnsafeBytes { extent.scan($0) }
        guard case .closed(let place) = end, body[place...].allSatisfy(isSpace) else { return nil }
        return body.map { isLineBreak($0) ? 0x20 : $0 }
    }

    private static func isLineBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || isLineBreak(byte) }
}
