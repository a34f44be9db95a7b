import CRabbitMQ

extension Connection {
    /// What the broker calls itself and its version: ("RabbitMQ", "3.10.8"). Empty where it does not say.
    package var server: (product: String, version: String) {
        guard let state, let properties = amqp_get_server_properties(state)?.pointee else { return ("", "") }
        var found = (product: "", version: "")
        for index in 0..<Int(properties.num_entries) {
            let entry = properties.entries[index]
            guard entry.value.kind == UInt8(AMQP_FIELD_KIND_UTF8.rawValue) else { continue }
            switch String(copying: entry.key) {
            case "product": found.product = String(copying: entry.value.value.bytes)
            case "version": found.version = String(copying: entry.value.value.bytes)
            default: break
            }
        }
        return found
    }
}
