/// A name or id of at most 255 bytes. Kept as bytes, because a reply must carry the very `correlation_id` that came, UTF-8 or not.
package struct ShortText: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    package var bytes: [UInt8]

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = Array(bytes) }
    package init(_ text: String) { bytes = Array(text.utf8) }
    package init(stringLiteral value: String) { self.init(value) }

    package var description: String { String(decoding: bytes, as: UTF8.self) }
}
