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
        guard bytes.count == 36 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        var place = 0
        for digit in 0..<32 {
            if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                guard bytes[place] == UInt8(ascii: "-") else { return nil }
                place += 1
            }
            let byte = bytes[place]
            let value: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = byte - UInt8(ascii: "a") + 10
            default: return nil
            }
            if digit < 16 { words.0 = words.0 << 4 | UInt64(value) } else { words.1 = words.1 << 4 | UInt64(value) }
            place += 1
        }
        high = words.0
        low = words.1
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
