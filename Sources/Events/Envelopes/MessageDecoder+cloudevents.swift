internal import JSON

/// CloudEvents, structured and binary; and the id and time of whatever an event comes in.
extension MessageDecoder {
    /// The root has a `specversion`.
    func cloudEvent(
        _ tape: Tape, _ document: DocumentParser.Document, _ pointer: String, _ envelope: inout Envelope,
        in batch: DeliveryBatch
    ) -> Finding {
        let (id, time) = (tape.member("id", of: Tape.root), tape.member("time", of: Tape.root))
        takeAttributes(.of(id, tape), .of(time, tape), &envelope, in: batch) { "\(pointer)/\($0) of the CloudEvent" }
        let data = tape.member("data", of: Tape.root)
        if !tape.isAbsent(data) {
            guard tape.isKind(data, .object) || tape.isKind(data, .string) else {
                let found = tape.kindName(data)
                let sentence = "the data of the CloudEvent is \(found), not an object"
                return .refused(Rejection(.notAnObject, at: "\(pointer)/data", sentence))
            }
            let place = JSONMemberScanner.values(at: ["data"], in: batch.bytes[envelope.event]).last ?? 0..<0
            return .inside(envelope.event.part(place), .cloudEvent, pointer: "\(pointer)/data")
        }
        let base64 = tape.member("data_base64", of: Tape.root)
        guard !tape.isAbsent(base64) else {
            let sentence = "the CloudEvent has no data, which is where the event should be"
            return .refused(Rejection(.notAnObject, at: "\(pointer)/data", sentence))
        }
        guard tape.isKind(base64, .string),
            let decoded = Base64.decode(tape.text(base64).bytes, into: &batch.bytes)
        else {
            let sentence = "the data_base64 of the CloudEvent is no base64"
            return .refused(Rejection(.notAnObject, at: "\(pointer)/data_base64", sentence))
        }
        return .inside(decoded, .cloudEvent, pointer: "\(pointer)/data_base64")
    }

    /// Takes the id and time that serve where the event has none of its own. One that cannot be used is left out, with a warning.
    func takeAttributes(
        _ id: EnvelopeHeaders.Attribute?, _ time: EnvelopeHeaders.Attribute?, _ envelope: inout Envelope,
        in batch: DeliveryBatch, _ subject: (String) -> String
    ) {
        func ignore(_ name: String, _ why: String) {
            envelope.warnings.append(Warning(.memberIgnored, at: "", "\(subject(name)) \(why); it does not count"))
        }
        if let id {
            if let text = id.text, !text.isEmpty {
                if let why = Self.flaw(ofID: text) {
                    ignore("id", why)
                } else {
                    envelope.eventID = batch.bytes.append(text)
                }
            } else if id.text == nil {
                ignore("id", "is neither text nor an integer")
            }
        }
        if let time {
            if let text = time.text, !text.isEmpty {
                if let read = read(time: text) {
                    envelope.time = read
                } else {
                    ignore("time", "is no time such as 2026-02-09T12:00:00Z")
                }
            } else if time.text == nil {
                ignore("time", "is no time such as 2026-02-09T12:00:00Z")
            }
        }
    }

    /// As many bytes as a `message_id` can have.
    private static let longestID = 255

    private static func flaw(ofID text: String) -> String? {
        if text.utf8.count > longestID { return "has more than \(longestID) bytes" }
        for scalar in text.unicodeScalars {
            if scalar == "\0" { return "has the character U+0000" }
            // It stands for bytes that were no text: two different ids could become one.
            if scalar == "\u{FFFD}" { return "is no Unicode text" }
        }
        return nil
    }

    /// RFC 3339, or seconds or milliseconds since the epoch (an AMQP header may be a timestamp).
    private func read(time text: String) -> Timestamp? {
        if let number = Int64(text) {
            if (1_000_000_000...4_000_000_000).contains(number) { return number * 1_000_000 }
            return (1_000_000_000_000...4_000_000_000_000).contains(number) ? number * 1000 : nil
        }
        var text = text
        return text.withUTF8 {
            try? RFC3339.parseLeniently(UnsafeRawBufferPointer($0), naiveTimes: limits.naiveTimes).get()
        }
    }
}

extension EnvelopeHeaders.Attribute {
    /// Nil for what is absent.
    static func of(_ value: Int, _ tape: Tape) -> Self? {
        if tape.isAbsent(value) { return nil }
        if tape.isKind(value, .string) { return .text(tape.text(value).string) }
        return tape.isKind(value, .signed) ? .integer(tape.signed(value)) : .other
    }

    /// Nil for what is neither text nor an integer.
    var text: String? {
        switch self {
        case .text(let text): text
        case .integer(let number): String(number)
        case .other: nil
        }
    }
}
