internal import JSON

/// What AMQP says of the bytes: their type, their encoding, their size.
extension MessageDecoder {
    /// Words for an encoding that leaves the bytes as they are; kombu, Celery and Spring set one always.
    static let plainEncodings: Set<ByteKey> = Set(
        ["utf-8", "utf8", "us-ascii", "ascii", "identity", "8bit", "binary"].map { ByteKey($0) })
    private static let compressedEncodings: Set<ByteKey> = Set(["gzip", "x-gzip", "deflate"].map { ByteKey($0) })
    /// In kombu's header `compression`, whose `application/x-gzip` is what zlib writes.
    private static let compressions: Set<ByteKey> = Set(
        ["application/x-gzip", "application/gzip", "application/zlib", "gzip", "x-gzip", "zlib", "deflate"].map {
            ByteKey($0)
        })

    /// Looks at type, encoding and size, and inflates what is compressed. The envelope is closed where the body cannot be looked into.
    ///
    /// The answer is what is to be said of the content type, where it is not one of JSON.
    mutating func checkTransport(
        _ envelope: inout Envelope, _ headers: EnvelopeHeaders, in batch: DeliveryBatch
    ) -> String? {
        var compression: String?
        // What kombu sets always costs nothing.
        if let encoding = envelope.delivery.properties.contentEncoding, !encoding.isEmpty,
            !Self.matches(batch.bytes[encoding][...], "utf-8")
        {
            compression = checkEncoding(batch.bytes.text(encoding), &envelope)
        }
        if let announced = headers.compression, !announced.isEmpty {
            if Self.compressions.contains(ByteKey(announced.lowercased())) {
                compression = announced
            } else if !Self.startsLikeJSON(batch.bytes[envelope.event]) {
                // Others use the name for what they like; what is JSON is read.
                let sentence =
                    "the header compression is \(Self.shown(announced)); gzip, zlib and deflate are read"
                    + " (kombu's compression, Celery's task_compression)"
                envelope.errors.append(Rejection(.unsupportedEncoding, at: "", sentence))
            }
        }
        var complaint: String?
        if let type = envelope.delivery.properties.contentType, !type.isEmpty, !Self.isJSON(batch.bytes[type]) {
            complaint = "the AMQP content_type is \(Self.shown(batch.bytes.text(type))), not application/json"
        }
        checkSize(UInt64(envelope.delivery.body.count) + envelope.delivery.droppedBytes, &envelope)
        if !envelope.isClosed, let compression { inflate(compression, &envelope, in: batch) }
        // What is closed will not be looked into, so its type is told now.
        if envelope.isClosed, let complaint {
            envelope.errors.insert(Rejection(.unsupportedEncoding, at: "", complaint), at: 0)
        }
        return complaint
    }

    /// The name of the compression, where there is one. The header may list several encodings.
    private func checkEncoding(_ encoding: String, _ envelope: inout Envelope) -> String? {
        var compression: String?
        for part in encoding.split(separator: ",", maxSplits: 8) {
            let word = String(part.trimmingSpaces).lowercased()
            if word.isEmpty || Self.plainEncodings.contains(ByteKey(word)) { continue }
            if Self.compressedEncodings.contains(ByteKey(word)), compression == nil {
                compression = word
                continue
            }
            let sentence =
                "the AMQP content_encoding is \(Self.shown(encoding)); gzip and deflate, once, are read, and names of plain text such as utf-8"
            envelope.errors.append(Rejection(.unsupportedEncoding, at: "", sentence))
            return nil
        }
        return compression
    }

    private func checkSize(_ size: UInt64, _ envelope: inout Envelope) {
        guard size > UInt64(limits.maximumMessageBytes) || envelope.delivery.droppedBytes > 0 else { return }
        let sentence = "the body has \(size) bytes, more than \(limits.maximumMessageBytes)"
        envelope.errors.append(Rejection(.tooLarge, at: "", sentence))
        envelope.isClosed = true
    }

    private func inflate(_ compression: String, _ envelope: inout Envelope, in batch: DeliveryBatch) {
        let body = batch.bytes[envelope.event]
        if Self.startsLikeJSON(body) {
            // No compressed body begins like this: somebody inflated it on the way.
            let sentence = "the body is announced as \(Self.shown(compression)) and is plain JSON"
            if limits.isStrict {
                envelope.errors.append(Rejection(.unsupportedEncoding, at: "", sentence))
            } else {
                envelope.warnings.append(Warning(.contentType, at: "", sentence))
            }
            return
        }
        switch Inflation.inflate(envelope.event, limit: limits.maximumMessageBytes, in: &batch.bytes) {
        case .inflated(let range): envelope.event = range
        case .tooLarge:
            let sentence = "the body has more than \(limits.maximumMessageBytes) bytes once it is inflated"
            envelope.errors.append(Rejection(.tooLarge, at: "", sentence))
            envelope.isClosed = true
        case .broken(let reason):
            let sentence = "the body is announced as \(Self.shown(compression)) and cannot be inflated: \(reason)"
            envelope.errors.append(Rejection(.unsupportedEncoding, at: "", sentence))
            envelope.isClosed = true
        }
    }

    /// zlib's first byte is never one of these, and a raw one is tried only where they are not.
    private static func startsLikeJSON(_ body: UnsafeRawBufferPointer) -> Bool {
        guard body.count >= 2 else { return false }
        if hasByteOrderMark(body) { return true }
        guard body[0] == UInt8(ascii: "{") else { return false }
        return body.dropFirst().first { !isSpace($0) }.map { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "}") }
            ?? false
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    static func hasByteOrderMark(_ body: UnsafeRawBufferPointer) -> Bool {
        body.count >= 3 && body[0] == 0xEF && body[1] == 0xBB && body[2] == 0xBF
    }

    /// What stands in a property, for a sentence: a header may be as long as a frame.
    private static func shown(_ text: String) -> String {
        text.unicodeScalars.count > 64
            ? JSONText.quoted(String(text.unicodeScalars.prefix(64)) + "…") : JSONText.quoted(text)
    }

    /// `application/json`, or any type that ends in `+json`. Case and parameters (`; charset=utf-8`) do not matter.
    static func isJSON(_ type: UnsafeRawBufferPointer) -> Bool {
        var end = type.firstIndex(of: UInt8(ascii: ";")) ?? type.count
        while end > 0, isSpace(type[end - 1]) { end -= 1 }
        if matches(type[..<end], "application/json") { return true }
        return end > 5 && matches(type[(end - 5)..<end], "+json") && type[..<end].contains(UInt8(ascii: "/"))
    }

    private static func matches(_ text: Slice<UnsafeRawBufferPointer>, _ expected: StaticString) -> Bool {
        guard text.count == expected.utf8CodeUnitCount else { return false }
        for (place, byte) in text.enumerated() {
            let lowered = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
            guard lowered == expected.utf8Start[place] else { return false }
        }
        return true
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
