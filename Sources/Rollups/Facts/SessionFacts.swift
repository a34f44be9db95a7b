package import Events

/// What the metrics know of one state of a session, ready to be counted, kept, and taken back when the session moves on:
///
///     when it started (8 bytes) · its steps, with their length · when it ended (8) · its modules, with their length · whether it has a result (1)
///     [ · the result ]
package struct SessionFacts: ~Copyable {
    private var writer = FactWriter()
    private var part = FactWriter()
    /// The ``DeclaredValues`` of each of its facts.
    private var declared = FactWriter()
    /// What the state consists of; valid until the next one is written.
    package var bytes: UnsafeRawBufferPointer { writer.bytes }

    /// The computed and reported percentages of a session's message.
    package struct Alignment {
        /// By ``NameDomain/model``.
        package var model: Int
        /// By ``NameDomain/track``, in the model's order.
        package var tracks: [Int]
        package var topTrack: Int?
        package var comparison: AlignmentComparison
        /// Computed, then reported; NaN for what there is not.
        package var values: ArraySlice<Double>

        package init(
            model: Int, tracks: [Int], topTrack: Int?, comparison: AlignmentComparison, values: ArraySlice<Double>
        ) {
            self.model = model
            self.tracks = tracks
            self.topTrack = topTrack
            self.comparison = comparison
            self.values = values
        }
    }

    package init() {}

    /// Replaces the content by the facts of `event`.
    package mutating func write(
        _ event: ProfilerTelemetry, occurredAt: Timestamp, of batch: DeliveryBatch, _ alignment: Alignment?,
        _ names: inout NameRegistry, _ devices: inout DeviceNames
    ) {
        writer.removeAll()
        declared.removeAll()
        if !event.dimensions.isEmpty {
            DeclaredValues.write(batch.dimensions[event.dimensions], of: batch, &names, to: &declared)
        }
        writer.word(event.startedAt ?? occurredAt)
        part.removeAll()
        SessionStartFact.write(event, declared.bytes, to: &part)
        writePart()
        writer.word(event.completedAt ?? occurredAt)
        part.removeAll()
        SessionModulesFact.write(event, of: batch, declared.bytes, &names, to: &part)
        writePart()
        guard event.completionStatus.isOver else { return writer.byte(0) }
        writer.byte(1)
        DeclaredValues.writeHead(event.completionStatus.code, declared.bytes, to: &writer)
        let agent = event.userAgent.map { batch.bytes[$0] }
        let device = agent.map { devices.ids(of: $0, &names) }
        writeColumns(event, hasDevice: device != nil)
        if let track = event.recommendedTrackID { writer.varint(names.id(.track, batch.bytes[track])) }
        writeOverride(event, batch, &names)
        if let device {
            writer.varint(device.browser)
            writer.varint(device.system)
        }
        if let time = event.transitionTime { writer.varint(UInt64(time)) }
        writeModules(batch.moduleTimes[event.moduleTimes], batch, &names)
        writeChoices(batch.answers[event.answers], batch, &names)
        writeAlignment(alignment)
    }

    /// From which track to which, as a number above 0; 0 where the recommendation was not overridden.
    private mutating func writeOverride(
        _ event: ProfilerTelemetry, _ batch: DeliveryBatch, _ names: inout NameRegistry
    ) {
        guard let from = event.recommendedTrackID else { return }
        guard event.resultAccepted != true, let to = event.overrideTrackID else { return writer.varint(0) }
        writer.varint(names.id(.override, batch.bytes[from], batch.bytes[to]) + 1)
    }

    private mutating func writeColumns(_ event: ProfilerTelemetry, hasDevice: Bool) {
        let style = event.workStyleCluster.map { $0.code + 1 } ?? 0
        let difficulty = event.difficultySelection.map { $0.code + 1 } ?? 0
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
    ) {
        var known: [(id: Int, seconds: Double)] = []
        for module in modules {
            let id = names.id(.module, batch.bytes[module.module])
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
    ) {
        var chosen: [Int] = []
        var places: [Int: Int] = [:]
        for answer in answers where !answer.isFromAnswers {
            guard let question = answer.questionID ?? answer.questionKey else { continue }
            let choice = names.id(.choice, batch.bytes[question], batch.bytes[answer.option])
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
        writer.varint(alignment.model)
        writer.byte(alignment.comparison.rawValue)
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

// MARK: Cut

extension FactBuffers {
    /// Adds both facts of a state that ``SessionFacts`` wrote.
    package mutating func addSession(_ facts: UnsafeRawBufferPointer, isRetraction: Bool) {
        guard var reader = FactReader(facts) else { return }
        let startedAt = reader.word()
        add(reader.bytes(reader.int()), to: .sessionStart, at: startedAt, isRetraction: isRetraction)
        let endedAt = reader.word()
        let modules = reader.bytes(reader.int())
        if !modules.isEmpty { add(modules, to: .sessionModules, at: endedAt, isRetraction: isRetraction) }
        guard reader.byte() == 1 else { return }
        add(reader.rest, to: .sessionResult, at: endedAt, isRetraction: isRetraction)
    }
}

// MARK: Read

/// The result of a finished or locked session, which of both it is first; written by ``SessionFacts``.
package enum SessionResultFact {
    package struct Flags: OptionSet {
        package var rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let statement = Flags(rawValue: 1)
        package static let transitioned = Flags(rawValue: 2)
        package static let transitionTime = Flags(rawValue: 4)
        package static let timeSpent = Flags(rawValue: 8)
        package static let aptitude = Flags(rawValue: 16)
        package static let technicalExposure = Flags(rawValue: 32)
        package static let recommendedTrack = Flags(rawValue: 64)
        package static let device = Flags(rawValue: 128)
    }

    @inline(__always)
    package static func add(_ reader: consuming FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
        // Which of the two statuses: only filters and groups ask for it.
        _ = DeclaredValues.readHead(&reader)
        let head = reader.byte()
        let flags = Flags(rawValue: reader.byte())
        addProfile(head, flags, to: cells, slot, sign)
        if flags.contains(.timeSpent) { cells.number(Double(reader.varint()), .sessionDuration, slot, 0, sign) }
        if flags.contains(.aptitude) { addScore(reader.number(), .aptitudeScore, to: cells, slot, sign) }
        if flags.contains(.technicalExposure) {
            addScore(reader.number(), .technicalExposureScore, to: cells, slot, sign)
        }
        if flags.contains(.recommendedTrack) {
            cells.count(.recommendedTrack, slot, RollupCell(reader.int(), 0), sign)
            let override = reader.int()
            if override > 0 { cells.count(.recommendationOverrides, slot, RollupCell(override - 1, 0), sign) }
        }
        if flags.contains(.device) {
            cells.count(.devices, slot, RollupCell(reader.int() << 1, 0), sign)
            cells.count(.devices, slot, RollupCell(reader.int() << 1 | 1, 0), sign)
        }
        if flags.contains(.transitionTime) {
            let hours = Double(reader.varint()) / 3_600_000_000
            cells.number(hours, .transitionTime, slot, 0, sign)
        }
        guard cells.families.contains(anyOf: inParts) else { return }
        let modules = reader.bytes(reader.int())
        if cells.families.contains(.moduleTime), var reader = FactReader(modules) {
            while !reader.isAtEnd {
                let module = reader.int()
                cells.number(reader.number(), .moduleTime, slot, module, sign)
            }
        }
        let choices = reader.bytes(reader.int())
        if cells.families.contains(.scenarioChoices), var reader = FactReader(choices) {
            while !reader.isAtEnd { cells.count(.scenarioChoices, slot, RollupCell(reader.int(), 0), sign) }
        }
        addAlignment(&reader, to: cells, slot, sign)
    }

    /// What comes last in a fact; most readers are after one family and need not go so far.
    private static let inParts = RollupFamilies([
        .moduleTime, .scenarioChoices, .trackAlignment, .alignmentModels,
    ])

    @inline(__always)
    private static func addProfile(_ head: UInt8, _ flags: Flags, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
        guard cells.families.contains(.profile) else { return }
        let base = CellAccumulator.key(.profile, slot: slot)
        func count(_ dimension: ProfileDimension, _ item: Int) {
            cells.sums.add(base, RollupCell(dimension.rawValue, item), sign)
        }
        func count(_ item: ProfileItem) { count(.sessions, item.rawValue) }
        count(.sessions)
        if head & 3 > 0 { count(.workStyle, Int(head & 3) - 1) }
        if head >> 2 & 7 > 0 { count(.difficulty, Int(head >> 2 & 7) - 1) }
        if head >> 5 & 3 == 1 { count(.accepted) }
        if head >> 5 & 3 == 2 { count(.overridden) }
        if head & 0x80 != 0 { count(.violations) }
        if flags.contains(.statement) { count(.withStatement) }
        if flags.contains(.transitioned) { count(.transitioned) }
    }

    @inline(__always)
    private static func addScore(
        _ score: Double, _ family: RollupFamily, to cells: FactCells, _ slot: Int64, _ sign: Int64
    ) {
        cells.number(score, family, slot, 0, sign)
        cells.count(family, slot, RollupCell(0, NumberItem.tenths + min(Int(score / 10), 9)), sign)
    }

    @inline(__always)
    private static func addAlignment(
        _ reader: inout FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64
    ) {
        let count = Int(reader.byte())
        guard count > 0 else { return }
        let top = reader.int() - 1
        let model = reader.int()
        if top >= 0 { cells.count(.alignmentModels, slot, RollupCell(model, 0), sign) }
        guard cells.families.contains(.trackAlignment) else { return }
        let base = CellAccumulator.key(.trackAlignment, slot: slot)
        let comparison = AlignmentComparison(rawValue: reader.byte())
        var drift = -1.0
        var (reportedTop, highest) = (-1, -Double.infinity)
        for place in 0..<count {
            let track = reader.int()
            let flags = reader.byte()
            func cell(_ item: AlignmentItem) -> RollupCell { RollupCell(track, item.rawValue) }
            let computed = flags & 1 == 0 ? nil : Double(bitPattern: UInt64(bitPattern: reader.word()))
            let reported = flags & 2 == 0 ? nil : reader.number()
            if let computed {
                cells.sums.add(base, cell(.computed), sign)
                cells.sums.add(base, cell(.computedSum), Percentage.units(computed) * sign)
            }
            if let reported {
                cells.sums.add(base, cell(.reported), sign)
                cells.sums.add(base, cell(.reportedSum), Percentage.units(reported) * sign)
                if reported > highest { (reportedTop, highest) = (place, reported) }
            }
            if let computed, let reported { drift = max(drift, abs(computed - reported)) }
            if place == top { cells.sums.add(base, cell(.top), sign) }
        }
        func note(_ item: Int, _ number: Int64 = 1) {
            cells.sums.add(base, RollupCell(AlignmentItem.drift, item), number * sign)
        }
        if comparison.contains(.hasRecommendation) { note(AlignmentItem.withRecommendation) }
        if comparison.contains(.agreesWithRecommendation) { note(AlignmentItem.agreedWithRecommendation) }
        guard top >= 0, reportedTop >= 0, drift >= 0 else { return }
        guard comparison.contains(.isComparable) else { return note(AlignmentItem.excluded) }
        note(AlignmentItem.compared)
        if reportedTop == top { note(AlignmentItem.agreed) }
        guard comparison.contains(.isSameScale) else { return }
        note(AlignmentItem.onSameScale)
        note(AlignmentItem.driftSum, Percentage.units(drift))
    }
}
