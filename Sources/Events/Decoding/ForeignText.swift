/// Bodies that are no UTF-8 because they are something else, by their first bytes.
enum ForeignText {
    /// The sentence for one that is known.
    static func name(of body: UnsafeRawBufferPointer) -> String? {
        let start = Array(body.prefix(4))
        let known: [(bytes: [UInt8], name: String)] = [
            ([0xFF, 0xFE, 0, 0], "UTF-32"), ([0, 0, 0xFE, 0xFF], "UTF-32"), ([0xFF, 0xFE], "UTF-16"),
            ([0xFE, 0xFF], "UTF-16"),
        ]
        for (bytes, name) in known where start.starts(with: bytes) {
            return "the body starts with the byte order mark of \(name); JSON is sent as UTF-8"
        }
        guard start.count == 4 else { return nil }
        // No text of JSON has a zero: each half, or three quarters, of a character below U+0100.
        switch start.map({ $0 != 0 }) {
        case [true, false, false, false], [false, false, false, true]:
            return "the body looks like UTF-32; JSON is sent as UTF-8"
        case [true, false, true, false], [false, true, false, true]:
            return "the body looks like UTF-16; JSON is sent as UTF-8"
        default: break
        }
        if start.starts(with: [0x1F, 0x8B]) {
            return
                "the body is compressed with gzip, and neither content_encoding nor kombu's header compression says so"
        }
        return nil
    }
}
