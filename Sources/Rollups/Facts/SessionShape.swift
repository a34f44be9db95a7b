package import Events

/// Which members a session's state has, without their values: enough to see, without reading the state again, that the next message says
/// everything that the session had.
///
/// In memory only. Words: which members there are, the status and whether the state is plain; the recommended track; when it ended; its history;
/// then one for each module, each question and each declared dimension. Names are kept as hashes of 64 bits.
package struct SessionShape: ~Copyable {
    private var writer = FactWriter(capacity: 512)
    /// Valid until the next one is written.
    package var bytes: UnsafeRawBufferPointer { writer.bytes }

    package init() {}

    /// Replaces the content by the shape of `event`.
    package mutating func write(
        _ event: ProfilerTelemetry, in batch: DeliveryBatch, isPlain: Bool, _ history: SessionHistory = .unknown
    ) {
        writer.removeAll()
        writer.word(Int64(bitPattern: Head(event, isPlain: isPlain).rawValue))
        writer.word(word(event.recommendedTrackID, in: batch, 0))
        writer.word(event.completedAt ?? event.identity.occurredAt)
        writer.word(history.earliestOver)
        writer.word(history.latestStarted)
        for module in batch.moduleTimes[event.moduleTimes] { writer.word(word(module.module, in: batch, 1)) }
        for answer in batch.answers[event.answers] {
            writer.word(word(answer.question, in: batch, answer.isFromAnswers ? 2 : 3))
        }
        for dimension in batch.dimensions[event.dimensions] {
            writer.word(word(dimension.name, in: batch, 4))
        }
    }

    private func word(_ name: ByteRange?, in batch: DeliveryBatch, _ seed: UInt64) -> Int64 {
        guard let name else { return 0 }
        return Int64(bitPattern: batch.bytes[name].quickHash(seed))
    }

    /// Whether a state of the shape `before` leaves nothing of itself behind when the message of the shape `after` follows: no member, no
    /// reset, no decided recommendation. False is no harm: then both are read and merged.
    package static func isReplaced(_ before: UnsafeRawBufferPointer, by after: UnsafeRawBufferPointer) -> Bool {
        guard before.count >= Self.start * 8, after.count >= Self.start * 8 else { return false }
        let (old, new) = (Head(rawValue: word(0, of: before)), Head(rawValue: word(0, of: after)))
        guard old.isPlain, old.rawValue & new.rawValue & Head.members == old.rawValue & Head.members,
            (old.rawValue | new.rawValue) & Head.reset == 0, !(old.isOver && new.isStarted)
        else { return false }
        let (track, own) = (word(1, of: before), word(1, of: after))
        guard track == 0 || track == own || new.rawValue & Head.decided == 0 else { return false }
        return hasNames(of: before, after)
    }

    /// Whether a message of the shape `late`, which belongs before the newest one, changes nothing: neither the state, of the shape `newest`,
    /// nor is anything known at its own place that it does not say itself.
    package static func isCovered(_ late: UnsafeRawBufferPointer, by newest: UnsafeRawBufferPointer) -> Bool {
        guard isReplaced(late, by: newest), Head(rawValue: word(0, of: newest)).isPlain else { return false }
        let (own, others) = (word(0, of: late), word(0, of: newest))
        return own & Head.scored == others & Head.scored && hasNames(of: newest, late)
    }

    package static func history(of shape: UnsafeRawBufferPointer) -> SessionHistory {
        guard shape.count >= start * 8 else { return .unknown }
        return SessionHistory(
            earliestOver: Int64(bitPattern: word(3, of: shape)), latestStarted: Int64(bitPattern: word(4, of: shape)))
    }

    private static func hasNames(of before: UnsafeRawBufferPointer, _ after: UnsafeRawBufferPointer) -> Bool {
        var next = start
        for place in start..<before.count / 8 {
            let name = word(place, of: before)
            // Mostly in the same order.
            if next < after.count / 8, word(next, of: after) == name {
                next += 1
            } else if let found = (start..<after.count / 8).first(where: { word($0, of: after) == name }) {
                next = found + 1
            } else {
                return false
            }
        }
        return true
    }

    /// Words before the names.
    private static let start = 5

    /// When a session of this shape was completed, nil where it is not; nil for one that was reset, of which the shape does not say it all.
    package static func result(of shape: UnsafeRawBufferPointer) -> (endedAt: Timestamp?, Void)? {
        guard shape.count >= start * 8 else { return nil }
        let head = Head(rawValue: word(0, of: shape))
        guard head.isPlain, head.rawValue & Head.reset == 0 else { return nil }
        return (head.isOver ? Int64(bitPattern: word(2, of: shape)) : nil, ())
    }

    @inline(__always)
    private static func word(_ place: Int, of bytes: UnsafeRawBufferPointer) -> UInt64 {
        bytes.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self)
    }

    private struct Head {
        static let members: UInt64 = 1 << 32 - 1
        static let reset: UInt64 = 1
        static let decided: UInt64 = 2
        /// Aptitude, technical exposure, work style, difficulty, and the recommended track: what an alignment rests on beside answers.
        static let scored: UInt64 = 1 << 3 | 1 << 4 | 1 << 7 | 1 << 8 | 1 << 9
        var rawValue: UInt64

        init(rawValue: UInt64) { self.rawValue = rawValue }

        init(_ event: ProfilerTelemetry, isPlain: Bool) {
            var mask: UInt64 = 0
            var bit: UInt64 = 1
            func note(_ isThere: Bool) {
                if isThere { mask |= bit }
                bit <<= 1
            }
            note(event.adminResetBy != nil)
            note(event.resultAccepted != nil)
            note(event.timeSpentSeconds != nil)
            note(event.aptitudeScore != nil)
            note(event.technicalExposureScore != nil)
            note(event.overallScore != nil)
            note(event.behavioralScore != nil)
            note(event.workStyleCluster != nil)
            note(event.difficultySelection != nil)
            note(event.recommendedTrackID != nil)
            note(event.trackConfidence != nil)
            note(event.overrideTrackID != nil)
            note(event.attemptCount != nil)
            note(event.startedAt != nil)
            note(event.completedAt != nil)
            note(event.resultAcceptedAt != nil)
            note(event.foundationsTransitionAt != nil)
            note(event.hasDevice)
            note(event.hasValueStatement)
            note(!event.reportedAlignment.isEmpty)
            rawValue = mask | UInt64(event.completionStatus.code) << 32 | (isPlain ? 1 << 40 : 0)
        }

        var isPlain: Bool { rawValue & 1 << 40 != 0 }
        private var status: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 32) }
        var isOver: Bool { status >= CompletionStatus.finished.code }
        var isStarted: Bool { status == CompletionStatus.started.code }
    }
}
