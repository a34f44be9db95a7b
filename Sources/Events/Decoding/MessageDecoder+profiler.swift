/// Profiler telemetry. The checks run in the order of ``ProfilerMember``, which is the order of the errors.
extension MessageDecoder {
    typealias ProfilerFound = FoundMembers<ProfilerMember>

    func decideProfiler(_ index: Int, _ checks: inout MemberChecks, _ envelope: Envelope, in batch: DeliveryBatch) {
        let found = ProfilerFound(Tape.root, on: checks.tape, vocabulary.profiler)
        if found.hasRepeated { checks.ignoreRepeated(found, in: Tape.root, vocabulary.profiler) { .member($0.name) } }
        let answersBefore = batch.answers.count
        let reportedBefore = batch.reportedAlignment.count
        let modulesBefore = batch.moduleTimes.count
        // The identity comes last, because the errors keep the order of the table.
        var record = ProfilerTelemetry(identity: EventIdentity(eventID: .empty, occurredAt: 0))
        readSession(found, into: &record, &checks, batch)
        let moduleSeconds = readDurations(found, into: &record, &checks, batch)
        readScores(found, into: &record, &checks)
        readAnswers(found, into: &record, &checks, batch)
        readResult(found, into: &record, &checks, batch)
        let occurred = readTimes(found, into: &record, &checks, envelope)
        let delivery = envelope.delivery
        let own = checkEventID(found[.eventID], at: .member("event_id"), &checks, delivery, batch)

        // Without errors a time is lacking only where none is required.
        let now = limits.requiresSession ? nil : FoundTime(time: envelope.now, place: .document)
        guard envelope.errors.isEmpty, checks.errors.isEmpty, let when = occurred ?? now else {
            batch.answers.removeLast(batch.answers.count - answersBefore)
            batch.reportedAlignment.removeLast(batch.reportedAlignment.count - reportedBefore)
            batch.moduleTimes.removeLast(batch.moduleTimes.count - modulesBefore)
            let eventID = eventIDText(own, delivery, batch)
            return reject(envelope, checks, eventID: eventID, at: occurred?.time, in: batch)
        }
        record.identity = EventIdentity(eventID: eventID(own, delivery, batch), occurredAt: when.time)
        checks.warn(of: index, in: batch)
        warn(of: record, moduleSeconds: moduleSeconds, index, batch)
        if checks.isAmbiguous { record.payload = PlainPayload.make(of: delivery.body, in: &batch.bytes) }
        batch.decisions.append(.profiler(batch.profilers.count))
        batch.profilers.append(record)
    }

    private func readSession(
        _ found: ProfilerFound, into record: inout ProfilerTelemetry, _ checks: inout MemberChecks,
        _ batch: DeliveryBatch
    ) {
        record.userID = requiredID(found, .userID, &checks, batch)
        record.sessionID = requiredID(found, .sessionID, &checks, batch)
        let status = found[.completionStatus]
        if checks.tape.isAbsent(status) {
            guard limits.requiresSession else { return }
            checks.reportMissing(.member("completion_status"), in: Tape.root, vocabulary.profiler)
        } else if isCompleted(status, checks.tape) {
            record.completionStatus = .finished
        } else if let word = checks.word(status, of: vocabulary.completionStatus, at: .member("completion_status")) {
            record.completionStatus = word
        }
    }

    private func requiredID(
        _ found: ProfilerFound, _ name: ProfilerMember, _ checks: inout MemberChecks, _ batch: DeliveryBatch
    ) -> ByteRange {
        if checks.tape.isAbsent(found[name]) {
            guard limits.requiresSession else { return .empty }
            checks.reportMissing(.member(name.name), in: Tape.root, vocabulary.profiler)
            return .empty
        }
        return checks.id(found[name], MessageLimits.id, at: .member(name.name), batch) ?? .empty
    }

    /// Older producers say `completed` for `finished`.
    private func isCompleted(_ status: Int, _ tape: Tape) -> Bool {
        guard tape.isKind(status, .string) else { return false }
        let (text, alias) = (tape.text(status), MessageLimits.completedAlias)
        let expected = UnsafeBufferPointer(start: alias.utf8Start, count: alias.utf8CodeUnitCount)
        return text.count == expected.count && text.bytes.elementsEqual(expected)
    }

    /// The sum over the modules, nil where there are none.
    private func readDurations(
        _ found: ProfilerFound, into record: inout ProfilerTelemetry, _ checks: inout MemberChecks,
        _ batch: DeliveryBatch
    ) -> Double? {
        record.timeSpentSeconds = checks.integer(
            found[.timeSpentSeconds], MessageLimits.seconds, at: .member("time_spent_seconds"))
        let modules = found[.timeSpentPerModule]
        guard checks.isContainer(modules, .object, at: .member("time_spent_per_module")) else { return nil }
        var (sum, count) = (0.0, 0)
        let first = batch.moduleTimes.count
        var members = checks.tape.members(of: modules)
        while let (name, value) = members.next() {
            count += 1
            let place = Place.entry("time_spent_per_module", name)
            let length = MessageLimits.moduleName
            if name.count < length.lowerBound || !name.isAtMost(length.upperBound) {
                checks.reportLength(name, length, at: place)
            }
            guard let seconds = checks.number(value, MessageLimits.moduleSeconds, at: place) else { continue }
            sum += seconds
            batch.moduleTimes.append(ModuleTime(module: batch.bytes.append(name.raw), seconds: seconds))
        }
        if members.hasRepeated { checks.ignoreRepeatedEntries(of: modules, "time_spent_per_module") }
        record.moduleTimes = first..<batch.moduleTimes.count
        if count > MessageLimits.modules {
            let sentence = "\(count) members, more than \(MessageLimits.modules)"
            checks.report(.tooLong, at: .member("time_spent_per_module"), sentence)
        }
        return sum
    }

    private func readScores(
        _ found: ProfilerFound, into record: inout ProfilerTelemetry, _ checks: inout MemberChecks
    ) {
        let percent = MessageLimits.percent
        record.aptitudeScore = checks.number(found[.aptitudeScore], percent, at: .member("aptitude_score"))
        record.technicalExposureScore = checks.number(
            found[.technicalExposureScore], percent, at: .member("technical_exposure_score"))
        _ = checks.number(found[.overallScore], percent, at: .member("overall_score"))
        _ = checks.number(found[.behavioralScore], percent, at: .member("behavioral_score"))
        record.workStyleCluster = checks.word(
            found[.workStyleCluster], of: vocabulary.workStyleCluster, at: .member("work_style_cluster"))
    }

    private func readTimes(
        _ found: ProfilerFound, into record: inout ProfilerTelemetry, _ checks: inout MemberChecks, _ envelope: Envelope
    ) -> FoundTime? {
        let receivedAt = envelope.delivery.receivedAt
        func optional(_ name: ProfilerMember) -> Timestamp? {
            checks.optionalTime(found[name], at: .member(name.name), receivedAt: receivedAt)
        }
        record.startedAt = optional(.startedAt)
        record.completedAt = optional(.completedAt)
        record.resultAcceptedAt = optional(.resultAcceptedAt)
        record.foundationsTransitionAt = optional(.foundationsTransitionAt)
        let emitted = checks.time(found[.emittedAt], at: .member("emitted_at"))

        let time: FoundTime?
        if !checks.tape.isAbsent(found[.emittedAt]) {
            time = emitted.map { FoundTime(time: $0, place: .member("emitted_at")) }
        } else {
            time = Self.brokerTime(envelope.delivery) ?? latestTime(found, record, &checks)
        }
        if let time { checkOccurredAt(time, now: envelope.now, &checks) }
        return time
    }

    /// Of those that can be; nil where one of the four is no time at all: nobody knows whether it is the latest.
    private func latestTime(
        _ found: ProfilerFound, _ record: ProfilerTelemetry, _ checks: inout MemberChecks
    ) -> FoundTime? {
        var latest: FoundTime?
        let candidates: [(ProfilerMember, Timestamp?)] = [
            (.completedAt, record.completedAt), (.resultAcceptedAt, record.resultAcceptedAt),
            (.foundationsTransitionAt, record.foundationsTransitionAt), (.startedAt, record.startedAt),
        ]
        for (name, time) in candidates where !checks.tape.isAbsent(found[name]) {
            guard let time else {
                if checks.isTime(found[name]) { continue }
                return nil
            }
            if time > latest?.time ?? .min { latest = FoundTime(time: time, place: .member(name.name)) }
        }
        if latest == nil, limits.requiresSession {
            let sentence = "there is no emitted_at, no AMQP timestamp, and none of the session's own times"
            checks.report(.missingTime, at: .document, sentence)
        }
        return latest
    }
}
