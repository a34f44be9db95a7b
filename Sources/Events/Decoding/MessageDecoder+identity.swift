/// The two halves of a message's identity: its event id and when it occurred.
extension MessageDecoder {
    /// A time and where it was found.
    struct FoundTime {
        var time: Timestamp
        var place: Place
        /// On the tape; 0 where it is not there.
        var value = 0
        var isFromBroker = false
    }

    /// The body's, else the AMQP `message_id`, else the id of what the event came in, else the hash of the body. An empty one is none.
    ///
    /// A `message_id` has no limit but AMQP's own (255 bytes).
    func eventID(_ own: Text?, _ envelope: borrowing Envelope, _ batch: DeliveryBatch) -> ByteRange {
        if let own { return batch.bytes.append(own.raw) }
        if let given = Self.givenID(envelope) { return given }
        return digest.withHexadecimal(of: batch.bytes[envelope.delivery.body]) { batch.bytes.append($0) }
    }

    /// The same as text, for a message that is refused.
    func eventIDText(_ own: Text?, _ envelope: borrowing Envelope, _ batch: DeliveryBatch) -> String {
        if let own { return own.string }
        if let given = Self.givenID(envelope) { return batch.bytes.text(given) }
        return digest.withHexadecimal(of: batch.bytes[envelope.delivery.body]) { String(decoding: $0, as: UTF8.self) }
    }

    private static func givenID(_ envelope: borrowing Envelope) -> ByteRange? {
        if let messageID = envelope.delivery.properties.messageID, !messageID.isEmpty { return messageID }
        guard let eventID = envelope.eventID, !eventID.isEmpty else { return nil }
        return eventID
    }

    /// The event id of a delivery whose body must not be looked into: the `message_id`, else the hash.
    package static func eventIDWithoutDecoding(of delivery: Delivery, in batch: DeliveryBatch) -> String {
        if let messageID = delivery.properties.messageID, !messageID.isEmpty { return batch.bytes.text(messageID) }
        return ContentDigest().withHexadecimal(of: batch.bytes[delivery.body]) { String(decoding: $0, as: UTF8.self) }
    }

    /// Checks the body's `event_id`, and what counts where there is none.
    ///
    /// One that is of no use costs itself: then the message goes by another id, which is as good a name.
    func checkEventID(
        _ value: Int, at place: Place, _ checks: inout MemberChecks, _ envelope: borrowing Envelope,
        _ batch: DeliveryBatch
    ) -> Text? {
        if let own = checks.text(value, MessageLimits.eventID, at: place, .whole) {
            guard !isSpoilt(own, checks) else {
                checks.report(.notUTF8, at: place, "half a surrogate pair stands in the id, which is no Unicode text")
                return nil
            }
            checks.scratch.exclude(value)
            return own
        }
        guard let given = Self.givenID(envelope) else { return nil }
        if !batch.bytes[given].isUTF8 {
            checks.report(.notUTF8, at: .document, "the AMQP message_id, which is the event id, is not UTF-8")
        } else if batch.bytes[given].contains(0) {
            let sentence = "the AMQP message_id, which is the event id, has the character U+0000"
            checks.report(.invalidCharacter, at: .document, sentence)
        }
        return nil
    }

    /// An id in which half a surrogate pair was replaced could equal another one, and a message be taken for its duplicate.
    private func isSpoilt(_ id: Text, _ checks: borrowing MemberChecks) -> Bool {
        guard checks.substitutions.hasSurrogates else { return false }
        return id.string.unicodeScalars.contains("\u{FFFD}")
    }

    /// The AMQP `timestamp`, which counts seconds; one that can only count milliseconds is read so.
    func brokerTime(_ envelope: borrowing Envelope, _ checks: inout MemberChecks) -> FoundTime? {
        guard let seconds = envelope.delivery.properties.timestamp else { return nil }
        if seconds >= 1_000_000_000_000, seconds <= 4_000_000_000_000, !limits.isStrict {
            let time = Timestamp(seconds) * 1000
            checks.warn(.coerced, at: .document) { _ in
                "the AMQP timestamp \(seconds) is read as milliseconds, \(RFC3339.text(time)); AMQP counts seconds"
            }
            return FoundTime(time: time, place: .document, isFromBroker: true)
        }
        let limit = UInt64(Timestamp.max / 1_000_000)
        return FoundTime(time: Timestamp(min(seconds, limit)) * 1_000_000, place: .document, isFromBroker: true)
    }

    /// Reports a time that no event can have.
    func checkOccurredAt(_ found: FoundTime, now: Timestamp, _ checks: inout MemberChecks) {
        let isLate = found.time > now + DecodingLimits.futureTolerance
        guard isLate || found.time < DecodingLimits.earliestTime else { return }
        var subject = RFC3339.text(found.time)
        if found.isFromBroker {
            subject = "the AMQP timestamp, \(found.time / 1_000_000) seconds,"
            if isLate, found.time / 1000 <= now + DecodingLimits.futureTolerance {
                subject = "the AMQP timestamp, \(found.time / 1_000_000) seconds (are these milliseconds?),"
            }
        }
        let sentence = isLate ? "is more than 24 hours after now, \(RFC3339.text(now))" : "is before 2000-01-01"
        checks.report(.timeOutOfRange, at: found.place, "\(subject) \(sentence)")
    }

    /// The time of what the event came in, which counts where nothing else says one.
    func envelopeTime(_ envelope: borrowing Envelope) -> FoundTime? {
        envelope.time.map { FoundTime(time: $0, place: .document) }
    }
}
