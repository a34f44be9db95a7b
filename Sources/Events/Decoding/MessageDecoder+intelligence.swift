/// Intelligence events.
extension MessageDecoder {
    typealias IntelligenceFound = FoundMembers<IntelligenceMember>
    private typealias Found = IntelligenceFound

    func decideIntelligence(
        _ index: Int, _ checks: inout MemberChecks, _ envelope: borrowing Envelope, in batch: DeliveryBatch
    ) {
        let found = Found(Tape.root, on: checks.tape, vocabulary.intelligence)
        if found.hasRepeated {
            checks.ignoreRepeated(found, in: Tape.root, vocabulary.intelligence) { .member($0.name) }
        }
        let kind = checkKind(found, &checks, in: batch)
        let version = checkVersion(found[.explanationVersion], &checks)
        let occurred = checkOccurredAt(found, &checks, envelope)
        let own = checkEventID(found[.eventID], at: .member("event_id"), &checks, envelope, batch)
        let dimensionsBefore = batch.dimensions.count
        let dimensions = vocabulary.hasDimensions ? readDimensions(&checks, batch) : 0..<0
        let stored = storedMembers(found, kind, occurred, hasVersion: version != nil, hasID: own != nil, checks)
        let extra = extra(found, stored, &checks, envelope.event, in: batch)

        guard envelope.errors.isEmpty, checks.errors.isEmpty, let kind, let occurred else {
            batch.dimensions.removeLast(batch.dimensions.count - dimensionsBefore)
            let eventID = eventIDText(own, envelope, batch)
            return reject(envelope, checks, eventID: eventID, at: occurred?.time, in: batch)
        }
        if occurred.value != 0 { checks.scratch.exclude(occurred.value) }
        let content = ContentHash.of(checks, adding: confidenceByItsOtherName(found, checks))
        let identity = EventIdentity(
            eventID: eventID(own, envelope, batch), occurredAt: occurred.time, content: content)
        warn(of: index, envelope, checks, in: batch)
        if checks.isMissing(found[.explanationVersion]) {
            let sentence = "explanation_version is absent; the event is stored with the version unknown"
            batch.warn(index, Warning(.missingVersion, at: "/explanation_version", sentence))
        }
        batch.decisions.append(.intelligence(batch.intelligence.count))
        let explanationVersion = version.map { batch.bytes.append($0.raw) } ?? batch.bytes.append("unknown")
        batch.intelligence.append(
            IntelligenceEvent(
                identity: identity, explanationVersion: explanationVersion, kind: kind, extra: extra,
                dimensions: dimensions))
    }

    private func checkVersion(_ value: Int, _ checks: inout MemberChecks) -> Text? {
        let place = Place.member("explanation_version")
        if checks.tape.isAbsent(value) || checks.tape.isKind(value, .string) {
            return checks.text(value, MessageLimits.explanationVersion, at: place)
        }
        return checks.numberAsVersion(value, at: place)
    }

    private static let confidenceAtTime = ContentHash.hash("confidence_at_time")

    /// The word at `value`, in any case.
    func confidence(at value: Int, _ checks: borrowing MemberChecks) -> Confidence? {
        guard checks.tape.isKind(value, .string) else { return nil }
        let text = checks.tape.text(value)
        return vocabulary.confidence.value(of: text) ?? vocabulary.confidence.value(inAnotherCase: text)
    }

    /// `confidence` means `confidence_at_time` where that is absent.
    private func confidenceByItsOtherName(_ found: Found, _ checks: borrowing MemberChecks) -> UInt64 {
        let value = found[.confidence]
        guard !checks.isMissing(value), checks.isMissing(found[.confidenceAtTime]),
            let word = confidence(at: value, checks)
        else { return 0 }
        checks.scratch.exclude(value)
        return ContentHash.member(Self.confidenceAtTime, ContentHash.hash(word.rawValue))
    }

    /// Nil where the kind is not clear or a member of it is wrong; then there is an error.
    private func checkKind(
        _ found: Found, _ checks: inout MemberChecks, in batch: DeliveryBatch
    ) -> IntelligenceEvent.Kind? {
        let isRecommendation = checks.isGiven(found[.actionTaken])
        let isOutcome = checks.isGiven(found[.outcomeStatus])
        let isView = checks.isGiven(found[.eventType])
        switch (isRecommendation, isOutcome, isView) {
        case (true, false, false): return recommendation(found, &checks, in: batch).map { .recommendation($0) }
        case (false, true, false): return outcome(found, &checks).map { .outcome($0) }
        case (false, false, true): return view(found, &checks).map { .view($0) }
        case (false, false, false): reportUnknownKind(&checks)
        default:
            let given = [(isRecommendation, "action_taken"), (isOutcome, "outcome_status"), (isView, "event_type")]
                .filter(\.0).map(\.1).joined(separator: " and ")
            checks.report(.ambiguousKind, at: .document, "\(given) are present; exactly one of them decides the kind")
        }
        return nil
    }

    private func reportUnknownKind(_ checks: inout MemberChecks) {
        var sentence = "none of action_taken, outcome_status and event_type is present"
        for name in ["action_taken", "outcome_status", "event_type"] {
            guard let hint = checks.missing(name, in: Tape.root, vocabulary.intelligence) else { continue }
            sentence += "; \(hint)"
            break
        }
        checks.report(.unknownKind, at: .document, sentence)
    }

    private func recommendation(
        _ found: Found, _ checks: inout MemberChecks, in batch: DeliveryBatch
    ) -> IntelligenceEvent.Recommendation? {
        let action = checks.word(found[.actionTaken], of: vocabulary.action, at: .member("action_taken"), .required)
        let signal = requiredID(found, .riskSignalID, &checks)
        let admin = requiredID(found, .adminUserID, &checks)
        if checks.tape.isAbsent(found[.recommendationType]) {
            checks.reportMissing(.member("recommendation_type"), in: Tape.root, vocabulary.intelligence)
        }
        let type = checks.text(
            found[.recommendationType], MessageLimits.recommendationType, at: .member("recommendation_type"), .required)
        let confidence = checks.word(found[.confidence], of: vocabulary.confidence, at: .member("confidence"))
        let atTime = checks.word(
            found[.confidenceAtTime], of: vocabulary.confidence, at: .member("confidence_at_time"))
        let decisionTime = checks.integer(
            found[.decisionTimeMilliseconds], MessageLimits.decisionMilliseconds, at: .member("decision_time_ms"))
        let propensity = checks.number(found[.propensity], MessageLimits.confidence, at: .member("propensity"))
        _ = checks.isContainer(found[.context], .object, at: .member("context"))
        guard checks.errors.isEmpty, let action, let signal, let admin, let type else { return nil }
        return IntelligenceEvent.Recommendation(
            action: action, riskSignalID: signal, adminUserID: admin, recommendationType: batch.bytes.append(type.raw),
            confidence: confidence ?? atTime, decisionTimeMilliseconds: decisionTime, propensity: propensity)
    }

    private func outcome(_ found: Found, _ checks: inout MemberChecks) -> IntelligenceEvent.SignalOutcome? {
        let status = checks.word(
            found[.outcomeStatus], of: vocabulary.outcomeStatus, at: .member("outcome_status"), .required)
        let signal = requiredID(found, .riskSignalID, &checks)
        let hours = checks.number(
            found[.resolutionTimeHours], MessageLimits.resolutionHours, at: .member("resolution_time_hours"))
        let note = checks.integerID(found[.adminNoteID], MessageLimits.number, at: .member("admin_note_id"))
        guard checks.errors.isEmpty, let status, let signal else { return nil }
        return IntelligenceEvent.SignalOutcome(
            status: status, riskSignalID: signal, resolutionTimeHours: hours, adminNoteID: note)
    }

    /// A signal belongs to every view but that of the dashboard; where the view is unknown, nobody can say.
    private func view(_ found: Found, _ checks: inout MemberChecks) -> IntelligenceEvent.AdminView? {
        let type = checks.word(found[.eventType], of: vocabulary.viewType, at: .member("event_type"), .required)
        let admin = requiredID(found, .adminUserID, &checks)
        let signal: Int64?
        if let type, type != .dashboardOpen {
            signal = requiredID(found, .riskSignalID, &checks)
        } else {
            signal = checks.integerID(found[.riskSignalID], MessageLimits.number, at: .member("risk_signal_id"))
        }
        guard checks.errors.isEmpty, let type, let admin else { return nil }
        return IntelligenceEvent.AdminView(eventType: type, adminUserID: admin, riskSignalID: signal)
    }

    private func requiredID(_ found: Found, _ name: IntelligenceMember, _ checks: inout MemberChecks) -> Int64? {
        if checks.tape.isAbsent(found[name]) {
            checks.reportMissing(.member(name.name), in: Tape.root, vocabulary.intelligence)
            return nil
        }
        return checks.integerID(found[name], MessageLimits.number, at: .member(name.name), .required)
    }

    /// `occurred_at`, else `created_at`, else the AMQP timestamp, else the time of what the event came in. A known member is checked even where
    /// another one counts.
    private func checkOccurredAt(_ found: Found, _ checks: inout MemberChecks, _ envelope: borrowing Envelope)
        -> FoundTime?
    {
        let (occurredAt, createdAt) = (found[.occurredAt], found[.createdAt])
        let outer = brokerTime(envelope, &checks) ?? envelopeTime(envelope)
        let hasCreated = !checks.isMissing(createdAt) && !checks.isNoTime(createdAt)
        let occurred = checks.time(
            occurredAt, at: .member("occurred_at"), hasCreated || outer != nil ? .whole : .required)
        let created = checks.time(
            createdAt, at: .member("created_at"), occurred != nil || outer != nil ? .whole : .required)
        var time = outer
        if let created { time = FoundTime(time: created, place: .member("created_at"), value: createdAt) }
        if let occurred { time = FoundTime(time: occurred, place: .member("occurred_at"), value: occurredAt) }
        if let time {
            checkOccurredAt(time, now: envelope.now, &checks)
        } else if checks.isMissing(occurredAt), checks.isMissing(createdAt) {
            let sentence =
                "there is neither occurred_at nor created_at nor an AMQP timestamp"
                + " (Django's model_to_dict leaves out what has auto_now_add)"
            checks.report(.missingTime, at: .document, sentence)
        }
        return time
    }
}
