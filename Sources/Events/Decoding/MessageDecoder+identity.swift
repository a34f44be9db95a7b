/// The two halves of a message's identity: its event id and when it occurred.
extension MessageDecoder {
    /// A time and where it was found.
    struct FoundTime {
        var time: Timestamp
        var place: Place
    }

    /// The body's, else the AMQP `message_id`, else the hash of the body. An empty `message_id` is none.
    ///
    /// A `message_id` has no limit but AMQP's own (255 bytes).
    func eventID(_ own: Text?, _ delivery: Delivery, _ batch: DeliveryBatch) -> ByteRange {
        if let own { return batch.bytes.append(own.raw) }
        if let messageID = delivery.properties.messageID, !messageID.isEmpty { return messageID }
        return digest.withHexadecimal(of: batch.bytes[delivery.body]) { batch.bytes.append($0) }
    }

    /// The same as text, for a message that is refused.
    func eventIDText(_ own: Text?, _ delivery: Delivery, _ batch: DeliveryBatch) -> String {
        if let own { return own.string }
        if let messageID = delivery.properties.messageID, !messageID.isEmpty { return batch.bytes.text(messageID) }
        return digest.withHexadecimal(of: batch.bytes[delivery.body]) { String(decoding: $0, as: UTF8.self) }
    }

    /// The event id of a delivery whose body must not be looked into: the `message_id`, else the hash.
    package static func eventIDWithoutDecoding(of delivery: Delivery, in batch: DeliveryBatch) -> String {
        if let messageID = delivery.properties.messageID, !messageID.isEmpty { return batch.bytes.text(messageID) }
        return ContentDigest().withHexadecimal(of: batch.bytes[delivery.body]) { String(decoding: $0, as: UTF8.self) }
    }

    /// Checks the body's `event_id`, and the `message_id` where that one counts.
    func checkEventID(
        _ value: Int, at place: Place, _ checks: inout MemberChecks, _ delivery: Delivery, _ batch: DeliveryBatch
    ) -> Text? {
        if let own = checks.text(value, MessageLimits.eventID, at: place) {
            guard !isSpoilt(own, checks) else {
                checks.report(.notUTF8, at: place, "half a surrogate pair stands in the id, which is no Unicode text")
                return nil
            }
            return own
        }
        guard checks.tape.isAbsent(value), let messageID = delivery.properties.messageID else { return nil }
        if !batch.bytes[messageID].isUTF8 {
            checks.report(.notUTF8, at: .document, "the AMQP message_id, which is the event id, is not UTF-8")
        }
        return nil
    }

    /// An id in which half a surrogate pair was replaced could equal another one, and a message be taken for its duplicate.
    private func isSpoilt(_ id: Text, _ checks: MemberChecks) -> Bool {
        guard checks.substitutions.hasSurrogates else { return false }
        return id.string.unicodeScalars.contains("\u{FFFD}")
    }

    /// The AMQP `timestamp`, which counts seconds.
    static func brokerTime(_ delivery: Delivery) -> FoundTime? {
        guard let seconds = delivery.properties.timestamp else { return nil }
        let limit = UInt64(Timestamp.max / 1_000_000)
        return FoundTime(time: Timestamp(min(seconds, limit)) * 1_000_000, place: .document)
    }

    /// Reports a time that no event can have.
    func checkOccurredAt(_ found: FoundTime, now: Timestamp, _ checks: inout MemberChecks) {
        let isLate = found.time > now + DecodingLimits.futureTolerance
        guard isLate || found.time < DecodingLimits.earliestTime else { return }
        var subject = RFC3339.text(found.time)
        if case .document = found.place {
            subject = "the AMQP timestamp, \(found.time / 1_000_000) seconds,"
            if isLate, found.time / 1000 <= now + DecodingLimits.futureTolerance {
                subject = "the AMQP timestamp, \(found.time / 1_000_000) seconds (are these milliseconds?),"
            }
        }
        let sentence = isLate ? "is more than 24 hours after now, \(RFC3339.text(now))" : "is before 2000-01-01"
        checks.report(.timeOutOfRange, at: found.place, "\(subject) \(sentence)")
    }
}
