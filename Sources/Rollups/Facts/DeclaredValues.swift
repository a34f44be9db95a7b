internal import Events

/// What a fact says of the dimensions that the settings declare: for each the store's number of its name, and the number of its value.
///
/// It stands behind the first byte of a fact, with its length in front, and only where that byte says so: a fact without any has not a byte
/// of it.
package enum DeclaredValues {
    /// In the order of the numbers, so that equal states have equal facts.
    static func write(
        _ dimensions: ArraySlice<MessageDimension>, of batch: DeliveryBatch, _ names: inout NameRegistry,
        to writer: inout FactWriter
    ) {
        for dimension in dimensions.sorted(by: { $0.number < $1.number }) {
            writer.varint(dimension.number)
            writer.varint(names.id(.declared(dimension.number), batch.bytes[dimension.value]))
        }
    }

    @inline(__always)
    static func append(_ values: UnsafeRawBufferPointer, to writer: inout FactWriter) {
        guard !values.isEmpty else { return }
        writer.varint(values.count)
        writer.append(values)
    }

    @inline(__always)
    static func skip(_ reader: inout FactReader, ifThere isThere: Bool) {
        if isThere { _ = reader.bytes(reader.int()) }
    }
}
