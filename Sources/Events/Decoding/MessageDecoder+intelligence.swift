/// Intelligence events.
extension MessageDecoder {
    private typealias Found = FoundMembers<IntelligenceMember>

    func decideIntelligence(_ index: Int, _ checks: inout MemberChecks, _ envelope: Envelope, in batch: DeliveryBatch) {
        let found = Found(Tape.root, on: checks.tape, vocabulary.intelligence)
        if found.hasRepeated {
            checks.ignoreRepeated(found, in: Tape.root, vocabulary.intelligence) { .member($0.name) }
        }
        let kind = checkKind(found, &checks, in: batch)
        let version = checks.text(
            found[.explanationVersion], MessageLimits.explanationVersion, at: .member("explanation_version"))
        let occurred = checkOccurredAt(found, &checks, envelope)
        let delivery = envelope.delivery
        let own = checkEventID(found[.eventID], at: .member("event_id"), &checks, delivery, batch)

        guard envelope.errors.isEmpty, checks.errors.isEmpty, let kind, let occurred else {
            let eventID = eventIDText(own, delivery, batch)
            return reject(envelope, checks, eventID: eventID, at: occurred?.time, in: batch)
        }
        let identity = EventIdentity(eventID: eventID(own, delivery, batch), occurredAt: occurred.time)
        checks.warn(of: index, in: batch)
        if version == nil {
            let sentence = "explanation_version is absent; the event is stored with the version unknown"
            batch.warn(index, Warning(.missingVersion, at: "/explanation_version", sentence))
        }
        batch.decisions.append(.intelligence(batch.intelligence.count))
        let explanationVersion = version.map { batch.bytes.append($0.raw) } ?? batch.bytes.append("unknown")
        batch.intelligence.append(
            IntelligenceEvent(identity: identity, explanationVersion: explanationVersion, kind: kind))
    }

    /// Nil where the kind is not clear or a member of it is wrong; then there is an error.
    private func checkKind(
        _ found: Found, _ checks: inout MemberChecks, in batch: DeliveryBatch
    ) -> IntelligenceEvent.Kind? {
        let tape = checks.tape
        let isRecommendation = !tape.isAbsent(found[.actionTaken])
        let isOutcome = !tape.isAbsent(found[.outcomeStatus])
        let isView = !tape.isAbsent(found[.eventType])
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
        let action = checks.word(found[.actionTaken], of: vocabulary.action, at: .member("action_taken"))
        let signal = requiredID(found, .riskSignalID, &checks)
        let admin = requiredID(found, .adminUserID, &checks)
        if checks.tape.isAbsent(found[.recommendationType]) {
            checks.reportMissing(.member("recommendation_type"), in: Tape.root, vocabulary.intelligence)
        }
        let type = checks.text(
            found[.recommendationType], MessageLimits.recommendationType, at: .member("recommendation_type"))
        let confidence = checks.word(found[.confidence], of: vocabulary.confidence, at: .member("confidence"))
        let atTime = checks.word(
            found[.confidenceAtTime], of: vocabulary.confidence, at: .member("confidence_at_time"))
        let decisionTime = checks.integer(
            found[.decisionTimeMilliseconds], MessageLimits.decisionMilliseconds, at: .member("decision_time_ms"))
        guard checks.errors.isEmpty, let action, let signal, let admin, let type else { return nil }
        return IntelligenceEvent.Recommendation(
            action: action, riskSignalID: signal, adminUserID: admin, recommendationType: batch.bytes.append(type.raw),
            confidence: confidence ?? atTime, decisionTimeMilliseconds: decisionTime)
    }

    private func outcome(_ found: Found, _ checks: inout MemberChecks) -> IntelligenceEvent.SignalOutcome? {
        let status = checks.word(found[.outcomeStatus], of: vocabulary.outcomeStatus, at: .member("outcome_status"))
        let signal = requiredID(found, .riskSignalID, &checks)
        let hours = checks.number(
            found[.resolutionTimeHours], MessageLimits.resolutionHours, at: .member("resolution_time_hours"))
        let note = checks.integer(found[.adminNoteID], MessageLimits.number, at: .member("admin_note_id"))
        guard checks.errors.isEmpty, let status, let signal else { return nil }
        return IntelligenceEvent.SignalOutcome(
            status: status, riskSignalID: signal, resolutionTimeHours: hours, adminNoteID: note)
    }

    /// A signal belongs to every view but that of the dashboard; where the view is unknown, nobody can say.
    private func view(_ found: Found, _ checks: inout MemberChecks) -> IntelligenceEvent.AdminView? {
        let type = checks.word(found[.eventType], of: vocabulary.viewType, at: .member("event_type"))
        let admin = requiredID(found, .adminUserID, &checks)
        let signal: Int64?
        if let type, type != .dashboardOpen {
            signal = requiredID(found, .riskSignalID, &checks)
        } else {
            signal = checks.integer(found[.riskSignalID], MessageLimits.number, at: .member("risk_signal_id"))
        }
        guard checks.errors.isEmpty, let type, let admin else { return nil }
        return IntelligenceEvent.AdminView(eventType: type, adminUserID: admin, riskSignalID: signal)
    }

    private func requiredID(_ found: Found, _ name: IntelligenceMember, _ checks: inout MemberChecks) -> Int64? {
        if checks.tape.isAbsent(found[name]) {
            checks.reportMissing(.member(name.name), in: Tape.root, vocabulary.intelligence)
            return nil
        }
        return checks.integer(found[name], MessageLimits.number, at: .member(name.name))
    }

    /// `occurred_at`, else `created_at`, else the AMQP timestamp. A known member is checked even where another one counts.
    private func checkOccurredAt(_ found: Found, _ checks: inout MemberChecks, _ envelope: Envelope) -> FoundTime? {
        let occurred = checks.time(found[.occurredAt], at: .member("occurred_at"))
        let created = checks.time(found[.createdAt], at: .member("created_at"))
        let time: FoundTime?
        if !checks.tape.isAbsent(found[.occurredAt]) {
            time = occurred.map { FoundTime(time: $0, place: .member("occurred_at")) }
        } else if !checks.tape.isAbsent(found[.createdAt]) {
            time = created.map { FoundTime(time: $0, place: .member("created_at")) }
        } else {
            time = Self.brokerTime(envelope.delivery)
            if time == nil {
                let sentence = "there is neither occurred_at nor created_at nor an AMQP timestamp"
                checks.report(.missingTime, at: .document, sentence)
            }
        }
        if let time { checkOccurredAt(time, now: envelope.now, &checks) }
        return time
    }
}
