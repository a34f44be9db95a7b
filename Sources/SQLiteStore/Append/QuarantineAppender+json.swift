internal import Events
internal import JSON

extension QuarantineAppender {
    /// The column `errors`: every reason with its pointer and sentence.
    static func json(_ errors: [Rejection]) -> String {
        var json = JSONText()
        json.array { json in json.elements(errors) }
        return json.text
    }

    /// The column `properties`: what the broker said beside the body. Absent ones are left out. Where one is not UTF-8, its bytes are beside the
    /// repaired text: `message_id_hex`.
    static func json(_ delivery: Delivery, _ bytes: borrowing ByteArena) -> String {
        var members: [(name: String, value: String)] = []
        func add(_ name: String, _ range: ByteRange) {
            members.append((name, bytes.text(range)))
            if !bytes[range].isUTF8 { members.append((name + "_hex", bytes[range].hexadecimalText)) }
        }
        let properties = delivery.properties
        properties.forEachText { name, range in add("\(name)", range) }
        add("exchange", delivery.exchange)
        add("routing_key", delivery.routingKey)
        let headers = properties.headers.map { bytes.text($0) }

        var json = JSONText()
        json.object { json in
            for (name, value) in members { json.member(name, value) }
            if let timestamp = properties.timestamp { json.member("timestamp", json: String(timestamp)) }
            if let mode = properties.deliveryMode { json.member("delivery_mode", Int(mode)) }
            if let priority = properties.priority { json.member("priority", Int(priority)) }
            json.member("redelivered", delivery.redelivered)
            if delivery.deliveryCount > 0 { json.member("delivery_count", Int(delivery.deliveryCount)) }
            if delivery.droppedBytes > 0 { json.member("dropped_bytes", Int64(delivery.droppedBytes)) }
            if let headers { json.member("headers", json: headers) }
        }
        return json.text
    }
}
