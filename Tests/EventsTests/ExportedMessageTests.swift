import Testing

@testable import Events

@Suite struct ExportedMessageTests {
    /// What a line brings back: queue, body and properties, in the quarantine's words.
    private func read(_ line: [UInt8]) throws -> (Delivery, DeliveryBatch) {
        let batch = DeliveryBatch()
        try line.withUnsafeBytes { try ExportedMessage.read($0, into: batch, tag: 1, receivedAt: 5) }
        return (batch.deliveries[0], batch)
    }

    private func line(_ body: [UInt8], _ properties: String = "{}", isQueueKnown: Bool = false) -> [UInt8] {
        ExportedMessage.line(
            queue: "profiler-telemetry", properties: properties, body: body, isQueueKnown: isQueueKnown)
    }

    @Test
    func `any bytes come back`() throws {
        var random = SystemRandomNumberGenerator()
        var bodies: [[UInt8]] = [
            [], [0x5C], Array("{\"a\":\"\\u0000\"}".utf8), Array("é\u{2028}\u{1F600}\u{7F}\r\n".utf8),
        ]
        for size in 1...300 { bodies.append((0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }) }
        // Text with everything that JSON escapes.
        bodies.append((0..<128).map { UInt8($0) })
        for body in bodies {
            let line = line(body)
            #expect(!line.contains(0x0A) && line.withUnsafeBytes(ExportedMessage.isOne))
            let (delivery, batch) = try read(line)
            #expect(Array(batch.bytes[delivery.body]) == body && delivery.queue == .profiler)
        }
    }

    @Test
    func `properties come back, those that are no text as well`() throws {
        let properties = #"""
            {"message_id":"m\ufffd","message_id_hex":"6dff","content_type":"a\"b","app_id":"é","correlation_id":"c","reply_to":"r","type":"t",
             "user_id":"u","expiration":"9","exchange":"telemetry","routing_key":"k","timestamp":18446744073709551615,"delivery_mode":2,"priority":7,
             "redelivered":true,"delivery_count":99,"dropped_bytes":5,"headers":{"a":[1,{"b":null}],"a":2}}
            """#
        let line = line([], properties)
        #expect(!line.contains(0x0A))
        let (delivery, batch) = try read(line)
        let found = delivery.properties
        func text(_ range: ByteRange?) -> String? { range.map { batch.bytes.text($0) } }
        #expect(found.messageID.map { Array(batch.bytes[$0]) } == [0x6D, 0xFF])
        #expect([text(found.contentType), text(found.appID), text(found.correlationID)] == ["a\"b", "é", "c"])
        #expect(
            [text(found.replyTo), text(found.type), text(found.userID), text(found.expiration)] == ["r", "t", "u", "9"])
        #expect([text(delivery.exchange), text(delivery.routingKey)] == ["telemetry", "k"])
        #expect(text(found.headers) == #"{"a":[1,{"b":null}],"a":2}"#)
        #expect(found.timestamp == .max && found.deliveryMode == 2 && found.priority == 7)
        #expect(delivery.droppedBytes == 5 && delivery.deliveryCount == 0 && !delivery.redelivered)
    }

    @Test(arguments: [
        (#"{"a":1}"#, "{}", true),
        (#"{"a":1}"#, #"{"content_type":"application/json; charset=UTF-8","redelivered":true}"#, true),
        (#"{"a":1}"#, #"{"content_encoding":"UTF-8","headers":{},"routing_key":"x"}"#, true),
        (#"{"a":1}"#, #"{"headers":{"x-delivery-count":2}}"#, true), (#"{"a":1}"#, #"{"headers":{"task":"t"}}"#, false),
        (#"{"a":1}"#, #"{"content_encoding":"gzip"}"#, false), (#"{"a":1}"#, #"{"content_type":"text/plain"}"#, false),
        (#"{"a":1}"#, #"{"message_id":"m"}"#, false), (#"{"a":1}"#, #"{"timestamp":1}"#, false),
        (#"{"a":1}"#, #"{"app_id":"a"}"#, false), (#"{"a":1"#, "{}", false), ("[1]", "{}", false), ("{} ", "{}", false),
        (" {}", "{}", false), ("{\n}", "{}", false), ("\u{FEFF}{}", "{}", false), (#"{"$alidade":{}}"#, "{}", false),
        (#"{} {}"#, "{}", false),
    ])
    func `a body is a line as it is only where nothing is lost`(body: String, properties: String, isPlain: Bool) throws
    {
        let bytes = Array(body.utf8)
        #expect((line(bytes, properties, isQueueKnown: true) == bytes) == isPlain)
        #expect(line(bytes, properties) != bytes)
    }

    @Test
    func `what is no JSON in a row does not spoil its line`() throws {
        for properties in ["", "x", "[1]", "{\"a\":", "{\n \"app_id\": \"x\"\n}"] {
            let line = line([1], properties)
            #expect(!line.contains(0x0A))
            #expect(try read(line).0.queue == .profiler)
        }
    }

    @Test(arguments: [
        #"{"event_id":"$alidade"}"#, #"{"$alidade2":1}"#, #"["$alidade"]"#, #""$alidade""#, "{", "", #"{"$alidade"}"#,
        #"{"a":1,"$alidade":{}}"#,
    ])
    func `other messages are none`(line: String) {
        #expect(!Array(line.utf8).withUnsafeBytes(ExportedMessage.isOne))
    }
}
