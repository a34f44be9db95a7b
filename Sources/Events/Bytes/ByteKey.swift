/// A text that is a key: equal, ordered and hashed by its UTF-8 bytes.
///
/// `String` compares by canonical equivalence: `é` composed and decomposed are one string to it and two to SQLite, to JSON and to whoever
/// sent them. What identifies something is compared as this type wherever it is kept in memory. It costs no more than the string does.
package struct ByteKey: Hashable, Comparable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package init(_ bytes: UnsafeRawBufferPointer) { text = String(decoding: bytes, as: UTF8.self) }

    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var text = text
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }

    package static func == (left: ByteKey, right: ByteKey) -> Bool {
        left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
    }

    package static func < (left: ByteKey, right: ByteKey) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: $0) }
        // No text has this byte, so that two keys side by side are never one.
        hasher.combine(0xFF as UInt8)
    }
}

extension Sequence<String> {
    package func containsBytes(of text: String) -> Bool { contains { ByteKey($0) == ByteKey(text) } }
}

extension Collection<String> {
    package func firstIndex(ofBytes text: String) -> Index? { firstIndex { ByteKey($0) == ByteKey(text) } }
}
