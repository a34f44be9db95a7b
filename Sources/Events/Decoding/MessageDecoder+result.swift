import Glibc
internal import JSON

/// The second half of ``ProfilerMember``: what the profiler found, and in which circumstances.
extension MessageDecoder {
    func readResult(
        _ found: ProfilerFound, into record: inout ProfilerTelemetry, _ checks: inout MemberChecks,
        _ batch: DeliveryBatch
    ) {
        record.difficultySelection = checks.word(
            found[.difficultySelection], of: vocabulary.difficulty, at: .member("difficulty_selection"))
        let track = checks.text(found[.recommendedTrackID], MessageLimits.id, at: .member("recommended_track_id"))
        record.recommendedTrackID = track.map { batch.bytes.append($0.raw) }
        record.trackConfidence = checks.number(
            found[.trackConfidence], MessageLimits.confidence, at: .member("track_confidence"))
        readReportedAlignment(found[.trackAlignmentPercentages], into: &record, &checks, batch)
        let statement = checks.text(
            found[.valueStatement], MessageLimits.valueStatement, at: .member("value_statement"))
        record.hasValueStatement = statement.map { !Self.isBlank($0) } ?? false
        record.resultAccepted = checks.boolean(found[.resultAccepted], at: .member("result_accepted"))
        let override = checks.text(found[.overrideTrackID], MessageLimits.id, at: .member("override_track_id"))
        record.overrideTrackID = override.map { batch.bytes.append($0.raw) }
        record.hasDevice = checks.tape.isKind(found[.deviceBrowser], .object)
        record.userAgent = readDevice(found[.deviceBrowser], &checks).map { batch.bytes.append($0.raw) }
        record.attemptCount = checks.integer(
            found[.attemptCount], MessageLimits.attempts, at: .member("attempt_count"))
        record.adminResetBy = checks.id(
            found[.adminResetBy], MessageLimits.id, at: .member("admin_reset_by"), .optional, batch)
    }

    private func readReportedAlignment(
        _ object: Int, into record: inout ProfilerTelemetry, _ checks: inout MemberChecks, _ batch: DeliveryBatch
    ) {
        let start = batch.reportedAlignment.count
        if checks.isContainer(object, .object, at: .member("track_alignment_percentages")) {
            var members = checks.tape.members(of: object)
            while let (name, value) = members.next() {
                let place = Place.entry("track_alignment_percentages", name)
                guard isUsable(name, MessageLimits.trackName, at: place, &checks),
                    let percentage = checks.number(value, MessageLimits.percent, at: place, .entry)
                else { continue }
                let track = batch.bytes.append(name.raw)
                batch.reportedAlignment.append(ReportedTrack(track: track, percentage: percentage))
            }
            if members.hasRepeated { checks.ignoreRepeatedEntries(of: object, "track_alignment_percentages") }
        }
        record.reportedAlignment = start..<batch.reportedAlignment.count
    }

    /// The user agent, where there is one.
    private func readDevice(_ object: Int, _ checks: inout MemberChecks) -> Text? {
        guard checks.isContainer(object, .object, at: .member("device_browser")) else { return nil }
        let found = FoundMembers<DeviceMember>(object, on: checks.tape, vocabulary.device)
        if found.hasRepeated {
            checks.ignoreRepeated(found, in: object, vocabulary.device) { .child("device_browser", $0.name) }
        }
        let agent = checks.text(
            found[.userAgent], MessageLimits.userAgent, at: .child("device_browser", "user_agent"))
        _ = checks.text(
            found[.deviceFingerprint], MessageLimits.deviceFingerprint,
            at: .child("device_browser", "device_fingerprint"))
        checkAddress(found[.ipAddress], at: .child("device_browser", "ip_address"), &checks)
        return agent
    }

    /// Of a list of addresses the first counts, as proxies write it; a port is dropped.
    private func checkAddress(_ value: Int, at place: Place, _ checks: inout MemberChecks) {
        guard !checks.isMissing(value), checks.tape.isKind(value, .string) else {
            _ = checks.text(value, 1...Int.max, at: place)
            return
        }
        let text = checks.tape.text(value)
        guard !Self.isAddress(text) else { return }
        let shown = MemberChecks.quote(text)
        guard !limits.isStrict, let address = AddressText.first(in: text.string) else {
            return checks.refuse(.invalidIP, at: place, .optional, "\(shown) is neither an IPv4 nor an IPv6 address")
        }
        checks.warn(.coerced, at: place) { _ in "\(shown) is read as the address \(JSONText.quoted(address))" }
    }

    /// Nothing but ASCII white space.
    private static func isBlank(_ text: Text) -> Bool {
        text.bytes.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }

    /// As `inet_pton` has it: four decimal numbers, or IPv6 without a zone.
    private static func isAddress(_ text: Text) -> Bool {
        // simdjson ends its strings with a zero; one inside would hide the rest.
        guard text.count <= 45, strlen(text.base) == text.count else { return false }
        var address = in6_addr()
        return inet_pton(AF_INET, text.base, &address) == 1 || inet_pton(AF_INET6, text.base, &address) == 1
    }

    /// The warnings that need nothing but the message.
    func warn(of record: ProfilerTelemetry, moduleSeconds: Double?, _ index: Int, _ batch: DeliveryBatch) {
        if let seconds = moduleSeconds, let total = record.timeSpentSeconds, seconds > Double(total) {
            let sentence =
                "the modules add up to \(MemberChecks.plain(seconds)) seconds, more than time_spent_seconds, \(total)"
            batch.warn(index, Warning(.moduleTimeExceedsTotal, at: "/time_spent_per_module", sentence))
        }
        if let attempts = record.attemptCount, attempts > 1, record.adminResetBy == nil {
            let sentence = "attempt_count is \(attempts) and admin_reset_by is absent"
            batch.warn(index, Warning(.attemptWithoutReset, at: "/attempt_count", sentence))
        }
        if record.attemptCount == 0, record.completionStatus == .locked {
            let sentence = "the session is locked, and attempt_count is 0"
            batch.warn(index, Warning(.attemptCountContradicts, at: "/attempt_count", sentence))
        }
        warnOfContradictions(in: record, index, batch)
        let started = Step(name: "started_at", time: record.startedAt)
        let completed = Step(name: "completed_at", time: record.completedAt)
        let last = completed.time == nil ? started : completed
        checkOrder(started, completed, index, batch)
        checkOrder(last, Step(name: "result_accepted_at", time: record.resultAcceptedAt), index, batch)
        checkOrder(last, Step(name: "foundations_transition_at", time: record.foundationsTransitionAt), index, batch)
    }

    /// Of a session, and when it was reached.
    private struct Step {
        var name: StaticString
        var time: Timestamp?
    }

    private func checkOrder(_ earlier: Step, _ later: Step, _ index: Int, _ batch: DeliveryBatch) {
        guard let first = earlier.time, let second = later.time, second < first else { return }
        let sentence = "\(RFC3339.text(second)) is before \(earlier.name), \(RFC3339.text(first))"
        batch.warn(index, Warning(.timeOrder, at: "/\(later.name)", sentence))
    }
}
