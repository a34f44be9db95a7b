/// Profiler telemetry. The checks run in the order of ``ProfilerMember``, which is the order of the errors.
extension MessageDecoder {
    typealias ProfilerFound = FoundMembers<ProfilerMember>

    func decideProfiler(
        _ index: Int, _ checks: inout MemberChecks, _ envelope: borrowing Envelope, in batch: DeliveryBatch
    ) {
        let found = ProfilerFound(Tape.root, on: checks.tape, vocabulary.profiler)
        if found.hasRepeated { checks.ignoreRepeated(found, in: Tape.root, vocabulary.profiler) { .member($0.name) } }
        let answersBefore = batch.answers.count
        let reportedBefore = batch.reportedAlignment.count
        let modulesBefore = batch.moduleTimes.count
        let dimensionsBefore = batch.dimensions.count
        // The identity comes last, because the errors keep the order of the table.
        var record = ProfilerTelemetry(identity: EventIdentity(eventID: .empty, occurredAt: 0))
        readSession(found, into: &record, &checks, batch)
        let moduleSeconds = readDurations(found, into: &record, &checks, batch)
        readScores(found, into: &record, &checks)
        readAnswers(found, into: &record, &checks, batch)
        readResult(found, into: &record, &checks, batch)
        if vocabulary.hasDimensions { record.dimensions = readDimensions(&checks, batch) }
        let occurred = readTimes(found, into: &record, &checks, envelope)
        let own = checkEventID(found[.eventID], at: .member("event_id"), &checks, envelope, batch)

        // Without errors a time is lacking only where none is required.
        let now = limits.requiresSession ? nil : FoundTime(time: envelope.now, place: .document)
        guard envelope.errors.isEmpty, checks.errors.isEmpty, let when = occurred ?? now else {
            batch.answers.removeLast(batch.answers.count - answersBefore)
            batch.reportedAlignment.removeLast(batch.reportedAlignment.count - reportedBefore)
            batch.moduleTimes.removeLast(batch.moduleTimes.count - modulesBefore)
            batch.dimensions.removeLast(batch.dimensions.count - dimensionsBefore)
            let eventID = eventIDText(own, envelope, batch)
            return reject(envelope, checks, eventID: eventID, at: occurred?.time, in: batch)
        }
        if when.value != 0, when.value == found[.emittedAt] { checks.scratch.exclude(when.value) }
        record.identity = EventIdentity(
            eventID: eventID(own, envelope, batch), occurredAt: when.time, content: ContentHash.of(checks))
        warn(of: index, envelope, checks, in: batch)
        warn(of: record, moduleSeconds: moduleSeconds, index, batch)
        if envelope.event != envelope.delivery.body { record.payload = envelope.event }
        if checks.isAmbiguous, let plain = PlainPayload.make(of: envelope.event, in: &batch.bytes) {
            record.payload = plain
        }
        batch.decisions.append(.profiler(batch.profilers.count))
        batch.profilers.append(record)
    }

    private func readSession(
        _ found: ProfilerFound, into record: inout ProfilerTelemetry, _ checks: inout MemberChecks,
        _ batch: DeliveryBatch
    ) {
        record.userID = requiredID(found, .userID, &checks, batch)
        record.sessionID = requiredID(found, .sessionID, &checks, batch)
        if checks.tape.isAbsent(found[.completionStatus]) {
            guard limits.requiresSession else { return }
            checks.reportMissing(.member("completion_status"), in: Tape.root, vocabulary.profiler)
        } else if let status = completionStatus(found[.completionStatus], &checks) {
            record.completionStatus = status
        }
    }

    /// Older producers say `completed` for `finished`; the word for a step that ends in `_complete` is one for a session in progress.
    private func completionStatus(_ value: Int, _ checks: inout MemberChecks) -> CompletionStatus? {
        if checks.tape.isKind(value, .string) {
            let text = checks.tape.text(value)
            if let status = vocabulary.completionStatus.value(of: text) { return status }
            if let status = otherStatus(text, inAnotherCase: false) {
                if status == .finished { checks.scratch.note(value, means: ContentHash.hash(status.rawValue)) }
                return status
            }
            if !limits.isStrict, let status = otherStatus(text, inAnotherCase: true) {
                let meaning = status == .finished ? status.rawValue : text.string.lowercased()
                checks.coerce(value, to: ContentHash.hash(meaning), at: .member("completion_status")) {
                    "\($0.show(value)) is read as \(status.rawValue)"
                }
                return status
            }
        }
        return checks.word(value, of: vocabulary.completionStatus, at: .member("completion_status"), .required)
    }

    private func otherStatus(_ text: Text, inAnotherCase: Bool) -> CompletionStatus? {
        func ends(in word: StaticString) -> Bool {
            let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
            guard text.count >= expected.count else { return false }
            return zip(text.bytes.suffix(expected.count), expected).allSatisfy { found, expected in
                found == expected || (inAnotherCase && found | 0x20 == expected && found & 0x40 != 0)
            }
        }
        if text.count == MessageLimits.completedAlias.utf8CodeUnitCount, ends(in: MessageLimits.completedAlias) {
            return .finished
        }
        guard !text.bytes.contains(0), text.count > MessageLimits.stepSuffix.utf8CodeUnitCount,
            ends(in: MessageLimits.stepSuffix)
        else { return nil }
        return .inProgress
    }

    private func requiredID(
        _ found: ProfilerFound, _ name: ProfilerMember, _ checks: inout MemberChecks, _ batch: DeliveryBatch
    ) -> ByteRange {
        if checks.tape.isAbsent(found[name]) {
            guard limits.requiresSession else { return .empty }
            checks.reportMissing(.member(name.name), in: Tape.root, vocabulary.profiler)
            return .empty
        }
        return checks.id(found[name], MessageLimits.id, at: .member(name.name), .required, batch) ?? .empty
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
            // Beyond the limit they are counted and not looked into.
            guard count <= MessageLimits.modules else { continue }
            let place = Place.entry("time_spent_per_module", name)
            guard isUsable(name, MessageLimits.moduleName, at: place, &checks),
                let seconds = checks.number(value, MessageLimits.moduleSeconds, at: place, .entry)
            else { continue }
            sum += seconds
            batch.moduleTimes.append(ModuleTime(module: batch.bytes.append(name.raw), seconds: seconds))
        }
        if members.hasRepeated { checks.ignoreRepeatedEntries(of: modules, "time_spent_per_module") }
        record.moduleTimes = first..<batch.moduleTimes.count
        if count > MessageLimits.modules {
            checks.refuseSurplus(count, "members", MessageLimits.modules, at: .member("time_spent_per_module"))
        }
        return sum
    }

    /// Of an entry with a free name.
    func isUsable(_ name: Text, _ length: ClosedRange<Int>, at place: Place, _ checks: inout MemberChecks) -> Bool {
        if checks.hasNulls, checks.hasNull(name) {
            checks.refuseNull(at: place, .entry)
            return false
        }
        guard name.count < length.lowerBound || !name.isAtMost(length.upperBound) else { return true }
        checks.refuseLength(name, length, at: place, .entry)
        return false
    }

    private func readScores(
        _ found: ProfilerFound, into record: inout ProfilerTelemetry, _ checks: inout MemberChecks
    ) {
        let percent = MessageLimits.percent
        record.aptitudeScore = checks.number(found[.aptitudeScore], percent, at: .member("aptitude_score"))
        record.technicalExposureScore = checks.number(
            found[.technicalExposureScore], percent, at: .member("technical_exposure_score"))
        record.overallScore = checks.number(found[.overallScore], percent, at: .member("overall_score"))
        record.behavioralScore = checks.number(found[.behavioralScore], percent, at: .member("behavioral_score"))
        record.workStyleCluster = checks.word(
            found[.workStyleCluster], of: vocabulary.workStyleCluster, at: .member("work_style_cluster"))
    }

    private func readTimes(
        _ found: ProfilerFound, into record: inout ProfilerTelemetry, _ checks: inout MemberChecks,
        _ envelope: borrowing Envelope
    ) -> FoundTime? {
        let receivedAt = envelope.delivery.receivedAt
        func optional(_ name: ProfilerMember) -> Timestamp? {
            checks.optionalTime(found[name], at: .member(name.name), receivedAt: receivedAt)
        }
        record.startedAt = optional(.startedAt)
        record.completedAt = optional(.completedAt)
        record.resultAcceptedAt = optional(.resultAcceptedAt)
        record.foundationsTransitionAt = optional(.foundationsTransitionAt)
        let (broker, own) = (brokerTime(envelope, &checks), latestTime(found, record))
        let hasOther = broker != nil || own != nil || envelope.time != nil
        let emitted = checks.time(found[.emittedAt], at: .member("emitted_at"), hasOther ? .whole : .required)
        var time = broker ?? own ?? envelopeTime(envelope)
        if let emitted { time = FoundTime(time: emitted, place: .member("emitted_at"), value: found[.emittedAt]) }
        if let time {
            checkOccurredAt(time, now: envelope.now, &checks)
        } else if limits.requiresSession, checks.isMissing(found[.emittedAt]) {
            reportMissingTime(found, &checks)
        }
        return time
    }

    /// Of those that can be.
    private func latestTime(_ found: ProfilerFound, _ record: ProfilerTelemetry) -> FoundTime? {
        var latest: FoundTime?
        func consider(_ time: Timestamp?, _ name: StaticString) {
            if let time, time > latest?.time ?? .min { latest = FoundTime(time: time, place: .member(name)) }
        }
        consider(record.completedAt, "completed_at")
        consider(record.resultAcceptedAt, "result_accepted_at")
        consider(record.foundationsTransitionAt, "foundations_transition_at")
        consider(record.startedAt, "started_at")
        return latest
    }

    /// Where a time was given that is of no use, that is what has to be said.
    private func reportMissingTime(_ found: ProfilerFound, _ checks: inout MemberChecks) {
        var isGiven = false
        for name in [ProfilerMember.startedAt, .completedAt, .resultAcceptedAt, .foundationsTransitionAt]
        where checks.isNoTime(found[name]) {
            isGiven = true
            if !limits.isStrict { _ = checks.time(found[name], at: .member(name.name), .required) }
        }
        guard !isGiven else { return }
        let sentence = "there is no emitted_at, no AMQP timestamp, and none of the session's own times"
        checks.report(.missingTime, at: .document, sentence)
    }
}
