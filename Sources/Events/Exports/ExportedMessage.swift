internal import JSON

/// A quarantined message as one line of a file, which brings back exactly what came: its body, its properties and its queue.
///
///     {"$alidade":{"queue":"profiler-telemetry","properties":{"message_id":"m-1"},"body":"{\"user_id\": …"}}
///
/// A body that is not UTF-8 is `body_base64`. A body that says all there is, a JSON object on one line, is a line as it is. Only files are read
/// so: from a queue such a line is a message like any other.
package enum ExportedMessage {
    /// The only member of the line's object.
    static let member = "$alidade"
    /// AMQP's limit: an id that is longer came from no broker.
    private static let longestText = 255

    /// Why a line that says that it is one is not.
    package struct Flaw: Error, CustomStringConvertible {
        package let description: String

        init(_ description: String) { self.description = description }
    }

    // MARK: Writing

    /// The line, without its end. The body alone only where the reader knows that it is of this queue.
    package static func line(queue: String, properties: String, body: [UInt8], isQueueKnown: Bool) -> [UInt8] {
        if isQueueKnown, body.withUnsafeBytes(isWholeLine), isPlain(properties) { return body }
        var json = JSONText()
        json.object { json in
            json.object(member) { json in
                json.member("queue", queue)
                json.member("properties", json: oneLine(properties))
                if let text = String(validating: body, as: UTF8.self) {
                    json.member("body", text)
                } else {
                    json.member("body_base64", body.base64Text)
                }
            }
        }
        return Array(json.text.utf8)
    }

    /// A row that somebody else wrote may have anything.
    private static func oneLine(_ properties: String) -> String {
        var bytes = Array(properties.utf8)
        guard bytes.first == UInt8(ascii: "{"), bytes.withUnsafeBytes(isJSON) else { return "{}" }
        // Between two members, where they are white space.
        for place in bytes.indices where bytes[place] == 0x0A || bytes[place] == 0x0D { bytes[place] = 0x20 }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A JSON object on one line that a reader of files takes for this message, byte for byte.
    private static func isWholeLine(_ body: UnsafeRawBufferPointer) -> Bool {
        guard body.first == UInt8(ascii: "{"), body.last == UInt8(ascii: "}"), !isOne(body), body.isUTF8,
            !body.contains(where: { $0 == 0x0A || $0 == 0x0D })
        else { return false }
        return isJSON(body)
    }

    private static func isJSON(_ text: UnsafeRawBufferPointer) -> Bool {
        do throws(JSONDiagnosis.Flaw) {
            _ = try JSONDiagnosis(text)
            return true
        } catch { return false }
    }

    /// Whether the properties say nothing that the decision could depend on, or that somebody would miss.
    private static func isPlain(_ properties: String) -> Bool {
        var isPlain = true
        Array(properties.utf8).withUnsafeBytes { properties in
            JSONMemberScanner.forEachMember(of: 0..<properties.count, in: properties) { name, value in
                let text = JSONMemberScanner.unescaped(properties[value])
                switch JSONMemberScanner.unescaped(properties[name]) {
                case "exchange", "routing_key", "redelivered", "delivery_count", "delivery_mode", "priority": break
                case "content_type":
                    isPlain = isPlain && Array((text ?? "").utf8).withUnsafeBytes { MessageDecoder.isJSON($0) }
                case "content_encoding":
                    isPlain =
                        isPlain && MessageDecoder.plainEncodings.contains(ByteKey((text ?? "").lowercased()))
                case "headers": isPlain = isPlain && areBrokers(value, in: properties)
                default: isPlain = false
                }
            }
        }
        return isPlain
    }

    /// Headers that a broker has added (`x-delivery-count`, `x-death`).
    private static func areBrokers(_ table: Range<Int>, in properties: UnsafeRawBufferPointer) -> Bool {
        var areBrokers = true
        JSONMemberScanner.forEachMember(of: table, in: properties) { name, _ in
            areBrokers = areBrokers && properties[name].starts(with: #""x-"#.utf8)
        }
        return areBrokers
    }

    // MARK: Reading

    /// Whether the line says that it is one: its object begins with the reserved member.
    package static func isOne(_ line: UnsafeRawBufferPointer) -> Bool {
        var rest = line[...]
        func skipSpace() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D } }
        skipSpace()
        guard rest.first == UInt8(ascii: "{") else { return false }
        rest = rest.dropFirst()
        skipSpace()
        guard rest.starts(with: "\"\(member)\"".utf8) else { return false }
        rest = rest.dropFirst(member.utf8.count + 2)
        skipSpace()
        return rest.first == UInt8(ascii: ":")
    }

    /// Appends the message that is in `line` as a delivery.
    package static func read(
        _ line: UnsafeRawBufferPointer, into batch: DeliveryBatch, tag: UInt64, receivedAt: Timestamp
    ) throws(Flaw) {
        try check(line)
        var content: Range<Int>?
        var others = 0
        JSONMemberScanner.forEachMember(of: 0..<line.count, in: line) { _, value in
            if content == nil { content = value } else { others += 1 }
        }
        guard let content, others == 0 else { throw Flaw("it has members beside \(member)") }
        guard line[content].first == UInt8(ascii: "{") else { throw Flaw("\(member) is no object") }
        var members = Members()
        JSONMemberScanner.forEachMember(of: content, in: line) { name, value in
            members.take(JSONMemberScanner.unescaped(line[name]) ?? "", value)
        }
        if let unknown = members.unknown { throw Flaw("\(member) has the unknown member \(unknown)") }
        guard let name = members.queue.flatMap({ JSONMemberScanner.unescaped(line[$0]) }) else {
            throw Flaw("\(member) has no queue")
        }
        guard let queue = IngestQueue(name: name) else {
            let known = IngestQueue.allCases.map(\.name).joined(separator: " nor ")
            throw Flaw("its queue \"\(name)\" is neither \(known)")
        }
        let body = try body(members, of: line, into: batch)
        var delivery = Delivery(tag: tag, queue: queue, receivedAt: receivedAt, body: body)
        if let properties = members.properties {
            guard line[properties].first == UInt8(ascii: "{") else { throw Flaw("its properties are no object") }
            batch.restore(UnsafeRawBufferPointer(rebasing: line[properties]), of: &delivery)
            var long: String?
            delivery.properties.forEachText { name, range in if range.count > longestText { long = "\(name)" } }
            if let long { throw Flaw("its property \(long) has more than \(longestText) bytes") }
        }
        batch.deliveries.append(delivery)
    }

    private struct Members {
        var queue, properties, body, base64: Range<Int>?
        var unknown: String?

        mutating func take(_ name: String, _ value: Range<Int>) {
            switch name {
            case "queue": queue = value
            case "properties": properties = value
            case "body": body = value
            case "body_base64": base64 = value
            default: unknown = name
            }
        }
    }

    private static func check(_ line: UnsafeRawBufferPointer) throws(Flaw) {
        guard line.isUTF8 else { throw Flaw("it is not UTF-8") }
        do throws(JSONDiagnosis.Flaw) { _ = try JSONDiagnosis(line) } catch {
            throw Flaw("it is no JSON: \(error.reason) at byte \(error.offset)")
        }
    }

    private static func body(_ members: Members, of line: UnsafeRawBufferPointer, into batch: DeliveryBatch)
        throws(Flaw) -> ByteRange
    {
        switch (members.body, members.base64) {
        case (let place?, nil):
            guard line[place].first == UInt8(ascii: "\"") else { throw Flaw("its body is no text") }
            return JSONString.bytes(line[place].dropFirst().dropLast()).withUnsafeBytes { batch.bytes.append($0) }
        case (nil, let place?):
            let text = UnsafeRawBufferPointer(rebasing: line[place].dropFirst().dropLast())
            if text.isEmpty { return batch.bytes.append(text) }
            guard line[place].first == UInt8(ascii: "\""),
                let range = Base64.decode(text.bindMemory(to: UInt8.self), into: &batch.bytes)
            else { throw Flaw("its body_base64 is no base64") }
            return range
        default: throw Flaw("\(member) has neither body nor body_base64, or both")
        }
    }
}

/// A JSON string of any length, without its quotes, as bytes. It is known to be valid.
enum JSONString {
    static func bytes(_ text: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var place = text.startIndex
        while place < text.endIndex {
            let byte = text[place]
            place += 1
            guard byte == UInt8(ascii: "\\"), place < text.endIndex else {
                result.append(byte)
                continue
            }
            let letter = text[place]
            place += 1
            switch letter {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"): result.append(contentsOf: scalar(text, &place).utf8)
            default: result.append(letter)
            }
        }
        return result
    }

    /// Half a surrogate pair is no text: U+FFFD.
    private static func scalar(_ text: Slice<UnsafeRawBufferPointer>, _ place: inout Int) -> String {
        let first = unit(text, &place)
        guard first & 0xFC00 == 0xD800, text[place...].starts(with: #"\u"#.utf8) else {
            return String(decoding: [first], as: UTF16.self)
        }
        var after = place + 2
        let second = unit(text, &after)
        guard second & 0xFC00 == 0xDC00 else { return "\u{FFFD}" }
        place = after
        return String(decoding: [first, second], as: UTF16.self)
    }

    private static func unit(_ text: Slice<UnsafeRawBufferPointer>, _ place: inout Int) -> UInt16 {
        let end = min(place + 4, text.endIndex)
        defer { place = end }
        return UInt16(String(decoding: text[place..<end], as: UTF8.self), radix: 16) ?? 0xFFFD
    }
}
