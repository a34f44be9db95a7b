internal import Store

/// An id as the indexes keep it: a UUID in its usual spelling (lower case, with hyphens) as its 16 bytes, anything else as its text. The two
/// can never be equal in SQLite, so the mapping is exact, and an index of UUIDs has less than half the pages.
enum CompactID {
    case uuid(UUIDKey)
    case text(UnsafeRawBufferPointer)

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer) {
        if let key = UUIDKey(bytes) { self = .uuid(key) } else { self = .text(bytes) }
    }
}

/// The 128 bits of a UUID.
struct UUIDKey: Hashable {
    let high: UInt64
    let low: UInt64

    /// Nil for anything but `8-4-4-4-12` lower-case hex digits.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 36, bytes[8] == Self.hyphen, bytes[13] == Self.hyphen, bytes[18] == Self.hyphen,
            bytes[23] == Self.hyphen
        else { return nil }
        func word(_ place: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self) }
        func half(_ place: Int) -> UInt64 { UInt64(bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)) }
        let words = (word(0), half(9) | half(14) << 32, half(19) | half(24) << 32, word(28))
        guard let first = Self.value(words.0), let second = Self.value(words.1), let third = Self.value(words.2),
            let fourth = Self.value(words.3)
        else { return nil }
        high = first << 32 | second
        low = third << 32 | fourth
    }

    private static let hyphen = UInt8(ascii: "-")

    /// Of eight lower-case hex digits, the first one in the lowest byte; nil where one of them is none.
    @inline(__always)
    private static func value(_ digits: UInt64) -> UInt64? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high = ones << 7
        // A letter has the bit 64. What is left of it begins at 1; a digit has 48 above its value.
        let letters = digits >> 6 & ones
        let values = (digits & (ones &* 15)) &+ letters &* 9
        // Spelled again they must be the same, and letters are 10 to 15.
        let spelled = values &+ ones &* 0x30 &+ letters &* 0x27
        let (fromTen, fromSixteen) = ((values &+ ones &* 118) & high, (values &+ ones &* 112) & high)
        guard spelled == digits, fromTen >> 7 == letters, fromSixteen == 0 else { return nil }
        // Nibbles, bytes and pairs of bytes are put together, the first one on top.
        let bytes = (values << 4 | values >> 8) & 0x00FF_00FF_00FF_00FF
        let pairs = (bytes << 8 | bytes >> 16) & 0x0000_FFFF_0000_FFFF
        return (pairs << 16 | pairs >> 32) & 0xFFFF_FFFF
    }

    /// From the 16 bytes as `withBytes` gives them.
    init?(blob: UnsafeRawBufferPointer) {
        guard blob.count == 16 else { return nil }
        high = UInt64(bigEndian: blob.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        low = UInt64(bigEndian: blob.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// The 16 bytes in the order of the text, so that they sort as the text does.
    @inline(__always)
    func withBytes<Result, Failure: Error>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Result) throws(Failure)
        -> Result
    {
        let words = (high.bigEndian, low.bigEndian)
        return try withUnsafePointer(to: words) { pointer throws(Failure) in
            try body(UnsafeRawBufferPointer(start: pointer, count: 16))
        }
    }
}

extension Statement {
    /// Binds `id` in its compact form and runs the statement, while the bytes are still in place.
    @inline(__always)
    func run(bindingID place: Int32, _ id: UnsafeRawBufferPointer) throws(StoreError) {
        try run(bindingID: place, CompactID(id))
    }

    @inline(__always)
    func run(bindingID place: Int32, _ id: CompactID) throws(StoreError) {
        switch id {
        case .uuid(let key):
            try key.withBytes { bytes throws(StoreError) in
                bindBlob(place, bytes)
                try run()
            }
        case .text(let text):
            bindText(place, text)
            try run()
        }
    }

    /// Binds `id` and steps to the first row, if any; the caller resets.
    func step(bindingID place: Int32, _ id: CompactID) throws(StoreError) -> Bool {
        switch id {
        case .uuid(let key):
            return try key.withBytes { bytes throws(StoreError) in
                bindBlob(place, bytes)
                return try step()
            }
        case .text(let text):
            bindText(place, text)
            return try step()
        }
    }

    /// Binds a copy of `id` in its compact form.
    func bindID(_ place: Int32, _ id: String) {
        var id = id
        id.withUTF8 { utf8 in
            guard let key = UUIDKey(UnsafeRawBufferPointer(utf8)) else {
                return bind(place, String(decoding: utf8, as: UTF8.self))
            }
            key.withBytes { bindCopy(place, Array($0)) }
        }
    }
}
