import CRabbitMQ
internal import Events

/// Renders a message's header table as one JSON object. One per connection; its memory is used again.
///
/// A text that is not UTF-8 is repaired, and where it has a name its bytes stand beside it: `"NAME_hex"`.
struct HeaderText {
    /// Deeper levels are replaced by a remark: 26,000 fit in a frame.
    static let maximumDepth = 32

    private(set) var bytes: [UInt8] = []
    /// `x-delivery-count`, 0 where it is absent. Where it stands twice the first is the broker's: that one it replaces.
    private(set) var deliveryCount: UInt32 = 0
    private var isCounted = false

    mutating func render(_ table: amqp_table_t) {
        bytes.removeAll(keepingCapacity: true)
        deliveryCount = 0
        isCounted = false
        append(table, depth: 0)
    }

    private mutating func append(_ table: amqp_table_t, depth: Int) {
        bytes.append(UInt8(ascii: "{"))
        for index in 0..<Int(table.num_entries) {
            let entry = table.entries[index]
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(text: UnsafeRawBufferPointer(entry.key))
            bytes.append(UInt8(ascii: ":"))
            if depth == 0, !isCounted, UnsafeRawBufferPointer(entry.key).elementsEqual("x-delivery-count".utf8) {
                isCounted = true
                deliveryCount = entry.value.integer.map { UInt32(clamping: $0) } ?? 0
            }
            append(entry.value, depth: depth + 1)
            if let odd = entry.value.oddText { appendBytes(of: UnsafeRawBufferPointer(entry.key), odd) }
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func appendBytes(of name: UnsafeRawBufferPointer, _ odd: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: ","))
        let hexName = Array(name) + Array("_hex".utf8)
        hexName.withUnsafeBytes { append(text: $0) }
        bytes.append(UInt8(ascii: ":"))
        append(hex: odd)
    }

    private mutating func append(_ field: amqp_field_value_t, depth: Int) {
        if let number = field.integer { return append(number) }
        switch UInt32(field.kind) {
        case AMQP_FIELD_KIND_BOOLEAN.rawValue: append(field.value.boolean != 0 ? "true" : "false")
        case AMQP_FIELD_KIND_U64.rawValue, AMQP_FIELD_KIND_TIMESTAMP.rawValue: append(field.value.u64)
        case AMQP_FIELD_KIND_F32.rawValue: append(Double(field.value.f32))
        case AMQP_FIELD_KIND_F64.rawValue: append(field.value.f64)
        case AMQP_FIELD_KIND_DECIMAL.rawValue:
            append(Int64(Int32(bitPattern: field.value.decimal.value)))
            append("e-")
            append(Int64(field.value.decimal.decimals))
        case AMQP_FIELD_KIND_UTF8.rawValue: append(text: UnsafeRawBufferPointer(field.value.bytes))
        case AMQP_FIELD_KIND_BYTES.rawValue: append(hex: UnsafeRawBufferPointer(field.value.bytes))
        case AMQP_FIELD_KIND_TABLE.rawValue, AMQP_FIELD_KIND_ARRAY.rawValue:
            guard depth <= Self.maximumDepth else { return append("\"(nested too deeply to be kept)\"") }
            if field.kind == UInt8(AMQP_FIELD_KIND_TABLE.rawValue) {
                append(field.value.table, depth: depth)
            } else {
                append(field.value.array, depth: depth)
            }
        default: append("null")
        }
    }

    private mutating func append(_ array: amqp_array_t, depth: Int) {
        bytes.append(UInt8(ascii: "["))
        for index in 0..<Int(array.num_entries) {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(array.entries[index], depth: depth + 1)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func append(_ number: some FixedWidthInteger) {
        bytes.append(contentsOf: String(number).utf8)
    }

    /// JSON has no infinities and no NaN: null.
    private mutating func append(_ number: Double) {
        bytes.append(contentsOf: (number.isFinite ? number.description : "null").utf8)
    }

    private mutating func append(hex raw: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: "\""))
        for byte in raw {
            bytes.append(Self.digit(byte >> 4))
            bytes.append(Self.digit(byte & 15))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(text raw: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: "\""))
        if raw.isUTF8 {
            for byte in raw { append(escaping: byte) }
        } else {
            for byte in String(decoding: raw, as: UTF8.self).utf8 { append(escaping: byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0..<0x20:
            append("\\u00")
            bytes.append(Self.digit(byte >> 4))
            bytes.append(Self.digit(byte & 15))
        default: bytes.append(byte)
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}

extension amqp_field_value_t {
    /// A text that is not UTF-8.
    fileprivate var oddText: UnsafeRawBufferPointer? {
        guard UInt32(kind) == AMQP_FIELD_KIND_UTF8.rawValue else { return nil }
        let text = UnsafeRawBufferPointer(value.bytes)
        return text.isUTF8 ? nil : text
    }

    /// Any kind of integer that fits, else nil.
    fileprivate var integer: Int64? {
        switch UInt32(kind) {
        case AMQP_FIELD_KIND_I8.rawValue: Int64(value.i8)
        case AMQP_FIELD_KIND_U8.rawValue: Int64(value.u8)
        case AMQP_FIELD_KIND_I16.rawValue: Int64(value.i16)
        case AMQP_FIELD_KIND_U16.rawValue: Int64(value.u16)
        case AMQP_FIELD_KIND_I32.rawValue: Int64(value.i32)
        case AMQP_FIELD_KIND_U32.rawValue: Int64(value.u32)
        case AMQP_FIELD_KIND_I64.rawValue: value.i64
        default: nil
        }
    }
}
