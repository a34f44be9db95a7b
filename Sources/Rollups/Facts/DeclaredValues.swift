package import Events

/// What a fact says of the dimensions that the settings declare: for each the store's number of its name, and the number of its value.
///
/// It stands behind the first byte of a fact, with its length in front, and only where that byte says so: a fact without any has not a byte
/// of it.
package enum DeclaredValues {
    /// In the first byte of every fact that may say some: there are values behind it.
    static let flag: UInt8 = 0x80

    /// In the order of the numbers, so that equal states have equal facts.
    package static func write(
        _ dimensions: ArraySlice<MessageDimension>, of batch: DeliveryBatch, _ names: inout NameRegistry,
        to writer: inout FactWriter
    ) {
        for dimension in dimensions.sorted(by: { $0.number < $1.number }) {
            writer.varint(dimension.number)
            writer.varint(names.id(.declared(dimension.number), batch.bytes[dimension.value]))
        }
    }

    /// The first byte of a fact, with the values behind it.
    @inline(__always)
    static func writeHead(_ head: UInt8, _ values: UnsafeRawBufferPointer, to writer: inout FactWriter) {
        writer.byte(head | (values.isEmpty ? 0 : flag))
        append(values, to: &writer)
    }

    /// Reads a first byte of a fact, and passes the values behind it.
    @inline(__always)
    static func readHead(_ reader: inout FactReader) -> UInt8 {
        let head = reader.byte()
        if head & flag != 0 { _ = reader.bytes(reader.int()) }
        return head & ~flag
    }

    @inline(__always)
    private static func append(_ values: UnsafeRawBufferPointer, to writer: inout FactWriter) {
        guard !values.isEmpty else { return }
        writer.varint(values.count)
        writer.append(values)
    }
}
