/// Messages that were kept come back as they were delivered.
extension DeliveryBatch {
    /// Appends a message with the properties that its quarantine row has (`properties`, a JSON object). How often the broker has handed it out
    /// does not come back: whoever takes up a message again wants it tried again.
    package func restore(
        tag: UInt64, queue: IngestQueue, receivedAt: Timestamp, body: UnsafeRawBufferPointer,
        properties: UnsafeRawBufferPointer
    ) {
        let range = bytes.append(body)
        var delivery = Delivery(tag: tag, queue: queue, receivedAt: receivedAt, body: range)
        restore(properties, of: &delivery)
        deliveries.append(delivery)
    }

    func restore(_ properties: UnsafeRawBufferPointer, of delivery: inout Delivery) {
        var exact: [(name: String, bytes: [UInt8])] = []
        JSONMemberScanner.forEachMember(of: 0..<properties.count, in: properties) { place, value in
            guard let name = JSONMemberScanner.unescaped(properties[place]) else { return }
            let json = properties[value]
            switch name {
            case "headers": delivery.properties.headers = bytes.append(UnsafeRawBufferPointer(rebasing: json))
            case "timestamp": delivery.properties.timestamp = UInt64(String(decoding: json, as: UTF8.self))
            case "delivery_mode": delivery.properties.deliveryMode = UInt8(String(decoding: json, as: UTF8.self))
            case "priority": delivery.properties.priority = UInt8(String(decoding: json, as: UTF8.self))
            case "dropped_bytes": delivery.droppedBytes = UInt64(String(decoding: json, as: UTF8.self)) ?? 0
            default:
                guard let text = JSONMemberScanner.unescaped(json) else { return }
                // What is no UTF-8 stands beside the repaired text.
                if name.hasSuffix("_hex"), let raw = [UInt8](hexadecimal: text) {
                    exact.append((String(name.dropLast(4)), raw))
                } else {
                    set(name, bytes.append(text), of: &delivery)
                }
            }
        }
        for (name, raw) in exact { set(name, raw.withUnsafeBytes { bytes.append($0) }, of: &delivery) }
    }

    private func set(_ name: String, _ range: ByteRange, of delivery: inout Delivery) {
        switch name {
        case "exchange": delivery.exchange = range
        case "routing_key": delivery.routingKey = range
        default: delivery.properties.setText(named: name, to: range)
        }
    }
}
