/// What a session has after one more message that does not begin it anew.
///
/// A member that the message does not have keeps what the session had; modules are merged by name, answers by question, dimensions by
/// number, and everything else is replaced, but for the recommended track of a session whose result is decided.
struct SessionMerge {
    let before: SessionMessage
    let after: SessionMessage
    let room: DeliveryBatch
    /// In `room`.
    private(set) var event: ProfilerTelemetry
    private(set) var payload = ByteRange.empty
    /// Nothing came from before.
    private(set) var isPlain = true

    init(before: SessionMessage, after: SessionMessage, room: DeliveryBatch) {
        self.before = before
        self.after = after
        self.room = room
        event = after.event
    }

    mutating func run() {
        room.removeAll()
        event.identity.eventID = room.bytes.append(after.bytes(after.event.identity.eventID))
        event.userID = room.bytes.append(after.bytes(after.event.userID))
        event.sessionID = room.bytes.append(after.bytes(after.event.sessionID))
        event.payload = nil
        mergeValues()
        mergeTexts()
        mergeResult()
        mergeModules()
        mergeAnswers()
        mergeReported()
        mergeDimensions()
        var document = SessionDocument(before: before, after: after, merged: event, in: room)
        document.write()
        event.hasValueStatement = (document.keepsStatement ? before : after).event.hasValueStatement
        if document.keepsStatement || document.keepsDevice { isPlain = false }
        payload = room.bytes.append(document.text)
    }

    // MARK: One by one

    private mutating func kept<Value>(_ member: WritableKeyPath<ProfilerTelemetry, Value?>) {
        guard after.event[keyPath: member] == nil, let value = before.event[keyPath: member] else { return }
        event[keyPath: member] = value
        isPlain = false
    }

    private mutating func mergeValues() {
        kept(\.timeSpentSeconds)
        kept(\.aptitudeScore)
        kept(\.technicalExposureScore)
        kept(\.overallScore)
        kept(\.behavioralScore)
        kept(\.workStyleCluster)
        kept(\.difficultySelection)
        kept(\.resultAccepted)
        kept(\.attemptCount)
        kept(\.startedAt)
        kept(\.completedAt)
        kept(\.resultAcceptedAt)
        kept(\.foundationsTransitionAt)
    }

    private mutating func text(_ member: KeyPath<ProfilerTelemetry, ByteRange?>) -> ByteRange? {
        if let own = after.event[keyPath: member] { return room.bytes.append(after.bytes(own)) }
        guard let known = before.event[keyPath: member] else { return nil }
        isPlain = false
        return room.bytes.append(before.bytes(known))
    }

    private mutating func mergeTexts() {
        event.adminResetBy = text(\.adminResetBy)
        if after.event.hasDevice || !before.event.hasDevice {
            event.userAgent = after.event.userAgent.map { room.bytes.append(after.bytes($0)) }
        } else {
            event.hasDevice = true
            event.userAgent = text(\.userAgent)
        }
    }

    /// The recommended track is the one that the session had before its result was decided: upstream overwrites it when it is overridden.
    private mutating func mergeResult() {
        event.overrideTrackID = text(\.overrideTrackID)
        let isDecided = before.event.resultAccepted != nil || after.event.resultAccepted != nil
        guard isDecided, let known = before.event.recommendedTrackID, let own = after.event.recommendedTrackID,
            !before.bytes(known).elementsEqual(after.bytes(own))
        else {
            event.recommendedTrackID = text(\.recommendedTrackID)
            return kept(\.trackConfidence)
        }
        isPlain = false
        event.recommendedTrackID = room.bytes.append(before.bytes(known))
        // It says how sure the recommendation was, not the choice that took its place.
        event.trackConfidence = before.event.trackConfidence
        guard after.event.resultAccepted == false, after.event.overrideTrackID == nil else { return }
        event.overrideTrackID = room.bytes.append(after.bytes(own))
    }

    // MARK: Lists

    private mutating func mergeModules() {
        let own = after.batch.moduleTimes[after.event.moduleTimes]
        let first = room.moduleTimes.count
        for module in before.batch.moduleTimes[before.event.moduleTimes] {
            let name = before.bytes(module.module)
            guard !own.contains(where: { after.bytes($0.module).elementsEqual(name) }) else { continue }
            isPlain = false
            room.moduleTimes.append(ModuleTime(module: room.bytes.append(name), seconds: module.seconds))
        }
        for module in own {
            room.moduleTimes.append(
                ModuleTime(module: room.bytes.append(after.bytes(module.module)), seconds: module.seconds))
        }
        trim(&room.moduleTimes, from: first, to: MessageLimits.modules)
        event.moduleTimes = first..<room.moduleTimes.count
    }

    /// An answer of `answers` wins over one of `scenario_choices` of the same message; those of a later message win over both.
    private mutating func mergeAnswers() {
        let own = after.batch.answers[after.event.answers]
        let known = before.batch.answers[before.event.answers]
        let given = QuestionSets(own, after)
        let first = room.answers.count
        for isFromAnswers in [false, true] {
            let start = room.answers.count
            for answer in known where answer.isFromAnswers == isFromAnswers {
                guard !given.replace(answer, before) else { continue }
                isPlain = false
                append(answer, of: before)
            }
            for answer in own where answer.isFromAnswers == isFromAnswers { append(answer, of: after) }
            trim(&room.answers, from: start, to: MessageLimits.answers)
            for place in start..<room.answers.count { room.answers[place].position = place - start }
        }
        event.answers = first..<room.answers.count
    }

    /// The questions that a message answers.
    private struct QuestionSets {
        private var choices: Set<ByteKey> = []
        private var answers: Set<ByteKey> = []

        init(_ list: ArraySlice<Answer>, _ message: SessionMessage) {
            for answer in list {
                guard let question = answer.question else { continue }
                let key = ByteKey(message.bytes(question))
                if answer.isFromAnswers { answers.insert(key) } else { choices.insert(key) }
            }
        }

        func replace(_ answer: Answer, _ message: SessionMessage) -> Bool {
            guard let question = answer.question else { return false }
            let key = ByteKey(message.bytes(question))
            return choices.contains(key) || (answer.isFromAnswers && answers.contains(key))
        }
    }

    private func append(_ answer: Answer, of message: SessionMessage) {
        func copy(_ range: ByteRange?) -> ByteRange? { range.map { room.bytes.append(message.bytes($0)) } }
        room.answers.append(
            Answer(
                questionID: copy(answer.questionID), questionKey: copy(answer.questionKey),
                option: room.bytes.append(message.bytes(answer.option)), isFromAnswers: answer.isFromAnswers,
                position: answer.position))
    }

    private mutating func mergeReported() {
        let isOwn = !after.event.reportedAlignment.isEmpty || before.event.reportedAlignment.isEmpty
        if !isOwn { isPlain = false }
        let source = isOwn ? after : before
        let first = room.reportedAlignment.count
        for entry in source.batch.reportedAlignment[source.event.reportedAlignment] {
            room.reportedAlignment.append(
                ReportedTrack(track: room.bytes.append(source.bytes(entry.track)), percentage: entry.percentage))
        }
        event.reportedAlignment = first..<room.reportedAlignment.count
    }

    private mutating func mergeDimensions() {
        let own = after.batch.dimensions[after.event.dimensions]
        let known = before.batch.dimensions[before.event.dimensions]
        let first = room.dimensions.count
        for dimension in known where !own.contains(where: { $0.number == dimension.number }) {
            isPlain = false
            append(dimension, of: before)
        }
        for dimension in own { append(dimension, of: after) }
        event.dimensions = first..<room.dimensions.count
    }

    private func append(_ dimension: MessageDimension, of message: SessionMessage) {
        room.dimensions.append(
            MessageDimension(
                name: room.bytes.append(message.bytes(dimension.name)),
                value: room.bytes.append(message.bytes(dimension.value)), number: dimension.number))
    }

    /// The newest stay: a list is no longer than that of a message can be.
    private func trim<Element>(_ list: inout [Element], from first: Int, to limit: Int) {
        let surplus = list.count - first - limit
        if surplus > 0 { list.removeSubrange(first..<first + surplus) }
    }
}

extension Answer {
    /// The question's id, else its key.
    package var question: ByteRange? { questionID ?? questionKey }
}
