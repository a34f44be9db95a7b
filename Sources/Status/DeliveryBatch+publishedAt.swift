internal import Events
internal import Glibc

extension DeliveryBatch {
    private static let millisecondsHeader: StaticString = "\"timestamp_in_ms\":"

    /// When the message was published, as far as it says so: the header `timestamp_in_ms` (RabbitMQ's own plugin and several clients set
    /// it), else the AMQP property `timestamp`, which counts whole seconds; nil where it carries neither.
    func publishedAt(_ delivery: Delivery) -> Timestamp? {
        if let headers = delivery.properties.headers, let milliseconds = Self.milliseconds(in: bytes[headers]) {
            return milliseconds * 1000
        }
        // Anything above would be no time that a Timestamp can hold.
        guard let seconds = delivery.properties.timestamp, seconds < 1 << 40 else { return nil }
        return Timestamp(seconds) * 1_000_000
    }

    /// The headers are JSON of our own making (`AMQP/Messages/HeaderText.swift`), so the name stands there in exactly one way.
    private static func milliseconds(in headers: UnsafeRawBufferPointer) -> Int64? {
        let length = millisecondsHeader.utf8CodeUnitCount
        guard let start = headers.baseAddress, headers.count > length else { return nil }
        var place = 0
        while place + length < headers.count {
            guard let quote = memchr(start + place, 0x22, headers.count - length - place) else { return nil }
            place = UnsafeRawPointer(quote) - start
            if memcmp(quote, millisecondsHeader.utf8Start, length) == 0 { return number(headers[(place + length)...]) }
            place += 1
        }
        return nil
    }

    /// The digits at the start; nil where there are none, or more than a time has.
    private static func number(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int64? {
        let digits = bytes.prefix { $0 >= 0x30 && $0 <= 0x39 }
        guard !digits.isEmpty, digits.count <= 15 else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
}
