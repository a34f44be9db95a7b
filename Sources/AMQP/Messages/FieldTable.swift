import CRabbitMQ

/// A value in an AMQP table that we send.
package enum Argument: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, CustomStringConvertible
{
    case text(String)
    case integer(Int64)
    case flag(Bool)
    case table([String: Argument])

    /// As people write it: `100000`, not the case of an enumeration.
    package var description: String {
        switch self {
        case .text(let text): text
        case .integer(let number): "\(number)"
        case .flag(let flag): "\(flag)"
        case .table(let entries):
            "{" + entries.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
        }
    }

    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .flag(value) }
}

/// An AMQP table in C memory, for as long as this object lives.
final class FieldTable {
    private var blocks: [UnsafeMutableRawPointer] = []
    private var table = amqp_table_t()
    /// An upper bound of its size on the wire.
    private(set) var encodedBytes = 4

    init(_ entries: [String: Argument]) { table = build(entries) }

    deinit { for block in blocks { block.deallocate() } }

    func withTable<Result>(_ body: (amqp_table_t) -> Result) -> Result {
        withExtendedLifetime(self) { body(table) }
    }

    /// In the order of the keys, so that the same arguments always are the same bytes.
    private func build(_ arguments: [String: Argument]) -> amqp_table_t {
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, arguments.count) * MemoryLayout<amqp_table_entry_t>.stride,
            alignment: MemoryLayout<amqp_table_entry_t>.alignment)
        blocks.append(block)
        let entries = block.bindMemory(to: amqp_table_entry_t.self, capacity: arguments.count)
        for (index, (key, argument)) in arguments.sorted(by: { $0.key < $1.key }).enumerated() {
            var entry = amqp_table_entry_t()
            entry.key = bytes(key)
            entry.value = value(argument)
            (entries + index).initialize(to: entry)
        }
        return amqp_table_t(num_entries: Int32(arguments.count), entries: entries)
    }

    private func value(_ argument: Argument) -> amqp_field_value_t {
        var value = amqp_field_value_t()
        encodedBytes += 9
        switch argument {
        case .text(let text):
            value.kind = UInt8(AMQP_FIELD_KIND_UTF8.rawValue)
            value.value.bytes = bytes(text)
        case .integer(let number):
            value.kind = UInt8(AMQP_FIELD_KIND_I64.rawValue)
            value.value.i64 = number
        case .flag(let flag):
            value.kind = UInt8(AMQP_FIELD_KIND_BOOLEAN.rawValue)
            value.value.boolean = flag ? 1 : 0
        case .table(let entries):
            value.kind = UInt8(AMQP_FIELD_KIND_TABLE.rawValue)
            value.value.table = build(entries)
        }
        return value
    }

    private func bytes(_ text: String) -> amqp_bytes_t {
        let count = text.utf8.count
        encodedBytes += 5 + count
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, count), alignment: 1)
        block.copyBytes(from: text.utf8)
        if let base = block.baseAddress { blocks.append(base) }
        return amqp_bytes_t(len: count, bytes: block.baseAddress)
    }
}

/// Lends `text` to the library for one call.
func withBytes<Result>(_ text: String, _ body: (amqp_bytes_t) -> Result) -> Result {
    var text = text
    return text.withUTF8 { utf8 in
        body(
            amqp_bytes_t(len: utf8.count, bytes: UnsafeMutableRawPointer(mutating: UnsafeRawPointer(utf8.baseAddress))))
    }
}
