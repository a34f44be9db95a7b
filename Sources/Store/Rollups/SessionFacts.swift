internal import Events

/// What the metrics know of one state of a session, ready to be counted, kept, and taken back when the session moves on:
///
///     when it started (8 bytes) · status (1) · whether it has a result (1) [ · when it was completed (8) · the result ]
struct SessionFacts: ~Copyable {
    private var writer = FactWriter()
    private var part = FactWriter()
    /// What the state consists of; valid until the next one is written.
    var bytes: UnsafeRawBufferPointer { writer.bytes }

    /// The computed and reported percentages of a session's message.
    struct Alignment {
        /// By ``NameDomain/track``, in the model's order.
        var tracks: [Int]
        var topTrack: Int?
        /// Computed, then reported; NaN for what there is not.
        var values: ArraySlice<Double>
    }

    /// Replaces the content by the facts of `event`.
    mutating func write(
        _ event: ProfilerTelemetry, occurredAt: Timestamp, of batch: DeliveryBatch, _ alignment: Alignment?,
        _ names: inout NameRegistry, _ devices: inout DeviceNames
    ) throws(StoreError) {
        writer.removeAll()
        writer.word(event.startedAt ?? occurredAt)
        writer.byte(UInt8(event.completionStatus.position))
        guard event.completionStatus == .finished || event.completionStatus == .locked else { return writer.byte(0) }
        writer.byte(1)
        writer.word(event.completedAt ?? occurredAt)
        let agent = event.userAgent.map { batch.bytes[$0] }
        let device = try agent.map { agent throws(StoreError) in try devices.ids(of: agent, &names) }
        writeColumns(event, hasDevice: device != nil)
        if let track = event.recommendedTrackID { writer.varint(try names.id(.track, batch.bytes[track])) }
        if let device {
            writer.varint(device.browser)
            writer.varint(device.system)
        }
        if let time = event.transitionTime { writer.varint(UInt64(time)) }
        try writeModules(batch.moduleTimes[event.moduleTimes], batch, &names)
        try writeChoices(batch.answers[event.answers], batch, &names)
        writeAlignment(alignment)
    }

    private mutating func writeColumns(_ event: ProfilerTelemetry, hasDevice: Bool) {
        let style = event.workStyleCluster.map { UInt8($0.position) + 1 } ?? 0
        let difficulty = event.difficultySelection.map { UInt8($0.position) + 1 } ?? 0
        let acceptance: UInt8 = event.resultAccepted.map { $0 ? 1 : 2 } ?? 0
        let isViolation = event.attemptCount ?? 0 > 1 && event.adminResetBy == nil
        writer.byte(style | difficulty << 2 | acceptance << 5 | (isViolation ? 0x80 : 0))
        var flags = SessionResultFact.Flags()
        if event.hasValueStatement { flags.insert(.statement) }
        if event.foundationsTransitionAt != nil { flags.insert(.transitioned) }
        if event.transitionTime != nil { flags.insert(.transitionTime) }
        if event.timeSpentSeconds != nil { flags.insert(.timeSpent) }
        if event.aptitudeScore != nil { flags.insert(.aptitude) }
        if event.technicalExposureScore != nil { flags.insert(.technicalExposure) }
        if event.recommendedTrackID != nil { flags.insert(.recommendedTrack) }
        if hasDevice { flags.insert(.device) }
        writer.byte(flags.rawValue)
        if let seconds = event.timeSpentSeconds { writer.varint(UInt64(seconds)) }
        if let score = event.aptitudeScore { writer.number(score) }
        if let score = event.technicalExposureScore { writer.number(score) }
    }

    /// Of a module given twice the last counts, as in JSON.
    private mutating func writeModules(
        _ modules: ArraySlice<ModuleTime>, _ batch: DeliveryBatch, _ names: inout NameRegistry
    ) throws(StoreError) {
        var known: [(id: Int, seconds: Double)] = []
        for module in modules {
            let id = try names.id(.module, batch.bytes[module.module])
            if let place = known.firstIndex(where: { $0.id == id }) {
                known[place].seconds = module.seconds
            } else {
                known.append((id, module.seconds))
            }
        }
        part.removeAll()
        for module in known {
            part.varint(module.id)
            part.number(module.seconds)
        }
        writePart()
    }

    /// A question answered twice counts once, with its last answer.
    private mutating func writeChoices(
        _ answers: ArraySlice<Answer>, _ batch: DeliveryBatch, _ names: inout NameRegistry
    ) throws(StoreError) {
        var chosen: [Int] = []
        var places: [Int: Int] = [:]
        for answer in answers where !answer.isFromAnswers {
            guard let question = answer.questionID ?? answer.questionKey else { continue }
            let choice = try names.id(.choice, batch.bytes[question], batch.bytes[answer.option])
            let number = choice < names.questions.count ? names.questions[choice] : -1
            if answers.count <= 32 {
                if let place = chosen.firstIndex(where: { names.questions[$0] == number }) {
                    chosen[place] = choice
                    continue
                }
            } else if let place = places[number] {
                chosen[place] = choice
                continue
            } else {
                places[number] = chosen.count
            }
            chosen.append(choice)
        }
        part.removeAll()
        for choice in chosen { part.varint(choice) }
        writePart()
    }

    /// With its length first, so that it can be skipped.
    private mutating func writePart() {
        writer.varint(part.count)
        writer.append(part.bytes)
    }

    private mutating func writeAlignment(_ alignment: Alignment?) {
        guard let alignment else { return writer.byte(0) }
        let count = alignment.tracks.count
        writer.byte(UInt8(count))
        writer.varint(alignment.topTrack.map { $0 + 1 } ?? 0)
        for (place, track) in alignment.tracks.enumerated() {
            let computed = alignment.values[alignment.values.startIndex + place]
            let reported = alignment.values[alignment.values.startIndex + count + place]
            writer.varint(track)
            writer.byte((computed.isNaN ? 0 : 1) | (reported.isNaN ? 0 : 2))
            if !computed.isNaN { writer.word(Int64(bitPattern: computed.bitPattern)) }
            if !reported.isNaN { writer.number(reported) }
        }
    }
}

extension ProfilerTelemetry {
    /// Microseconds from completion to transition; nil where one is missing or they are in the wrong order.
    fileprivate var transitionTime: Timestamp? {
        guard let completedAt, let foundationsTransitionAt, foundationsTransitionAt >= completedAt else { return nil }
        return foundationsTransitionAt - completedAt
    }
}
