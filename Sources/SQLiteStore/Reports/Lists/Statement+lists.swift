internal import Store

extension Statement {
    /// What a list is ordered by.
    func listValue(_ place: Int32) -> ListKey.Value {
        if isNull(place) { return .none }
        if isText(place) { return .text(text(place)) }
        return isInteger(place) ? .integer(integer(place)) : .number(double(place))
    }

    /// An id from its compact form.
    func compactID(_ place: Int32) -> String {
        guard !isText(place), let key = UUIDKey(blob: bytes(place)) else { return text(place) }
        return key.text
    }
}

extension UUIDKey {
    init?(_ id: String) {
        var id = id
        guard let key = id.withUTF8({ UUIDKey(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = key
    }

    /// As it was given.
    var text: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for nibble in 0..<32 {
            if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 { text.append(UInt8(ascii: "-")) }
            let word = nibble < 16 ? high : low
            text.append(digits[Int(word >> (60 - 4 * UInt64(nibble & 15)) & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
