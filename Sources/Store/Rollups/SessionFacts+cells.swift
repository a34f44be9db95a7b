internal import Events

/// The start of a session: its status.
enum SessionStartFact {
    @inline(__always)
    static func add(_ reader: consuming FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
        cells.count(.sessionStatus, slot, RollupCell(0, Int(reader.byte())), sign)
    }
}

/// The result of a finished or locked session; written by ``SessionFacts``.
enum SessionResultFact {
    struct Flags: OptionSet {
        var rawValue: UInt8
        static let statement = Flags(rawValue: 1)
        static let transitioned = Flags(rawValue: 2)
        static let transitionTime = Flags(rawValue: 4)
        static let timeSpent = Flags(rawValue: 8)
        static let aptitude = Flags(rawValue: 16)
        static let technicalExposure = Flags(rawValue: 32)
        static let recommendedTrack = Flags(rawValue: 64)
        static let device = Flags(rawValue: 128)
    }

    @inline(__always)
    static func add(_ reader: consuming FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
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
    private static let inParts = RollupFamilies([.moduleTime, .scenarioChoices, .trackAlignment])

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
        guard cells.families.contains(.trackAlignment) else { return }
        let base = CellAccumulator.key(.trackAlignment, slot: slot)
        let count = Int(reader.byte())
        let top = count > 0 ? reader.int() - 1 : -1
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
        guard top >= 0, reportedTop >= 0, drift >= 0 else { return }
        func cell(_ item: Int) -> RollupCell { RollupCell(AlignmentItem.drift, item) }
        cells.sums.add(base, cell(AlignmentItem.compared), sign)
        cells.sums.add(base, cell(AlignmentItem.driftSum), Percentage.units(drift) * sign)
        if reportedTop == top { cells.sums.add(base, cell(AlignmentItem.agreed), sign) }
    }
}
