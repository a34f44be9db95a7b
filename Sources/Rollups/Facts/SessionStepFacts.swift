internal import Events

/// The start of a session: its status, which steps it took, and how long each of them was.
package enum SessionStartFact {
    /// Each step has those before it. `values` are the ``DeclaredValues``.
    static func write(
        _ event: ProfilerTelemetry, _ values: UnsafeRawBufferPointer, to writer: inout FactWriter
    ) {
        let steps = event.stepCount
        DeclaredValues.writeHead(event.completionStatus.code | UInt8(steps) << 2, values, to: &writer)
        for number in 0..<steps {
            guard let step = FunnelStep(rawValue: number + 1), let (from, to) = event.times(of: step), to >= from else {
                continue
            }
            writer.byte(UInt8(step.rawValue))
            writer.varint(UInt64(to - from))
        }
    }

    @inline(__always)
    package static func add(_ reader: consuming FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
        let head = DeclaredValues.readHead(&reader)
        cells.count(.sessionStatus, slot, RollupCell(0, Int(head & 3)), sign)
        guard cells.families.contains(anyOf: funnel) else { return }
        cells.count(.funnelSteps, slot, RollupCell(0, 0), sign)
        for step in FunnelStep.allCases.prefix(Int(head >> 2)) {
            cells.count(.funnelSteps, slot, RollupCell(0, step.rawValue), sign)
        }
        while !reader.isAtEnd {
            let step = Int(reader.byte())
            cells.number(Double(reader.varint()) / 3_600_000_000, .funnelHours, slot, step, sign)
        }
    }

    private static let funnel = RollupFamilies([.funnelSteps, .funnelHours])
}

/// What a session can reach after it has started, in order. The numbers are stored and never change.
package enum FunnelStep: Int, CaseIterable, Sendable {
    case finished = 1
    case decided = 2
    case accepted = 3
    case transitioned = 4
}

extension ProfilerTelemetry {
    /// Steps that were taken, each after the one before.
    fileprivate var stepCount: Int {
        if !completionStatus.isOver { return 0 }
        if resultAccepted == nil { return FunnelStep.finished.rawValue }
        if resultAccepted == false { return FunnelStep.decided.rawValue }
        return (foundationsTransitionAt == nil ? FunnelStep.accepted : .transitioned).rawValue
    }

    /// When the step began, which is when the one before was reached, and when it was reached; nil where one is not known.
    fileprivate func times(of step: FunnelStep) -> (from: Timestamp, to: Timestamp)? {
        let (from, to) =
            switch step {
            case .finished: (startedAt, completedAt)
            case .decided: (completedAt, resultAcceptedAt)
            case .accepted: (resultAcceptedAt, resultAcceptedAt)
            case .transitioned: (resultAcceptedAt, foundationsTransitionAt)
            }
        guard let from, let to else { return nil }
        return (from, to)
    }
}

/// The modules in which a session of any status has spent time.
package enum SessionModulesFact {
    /// Nothing where there are none. `values` are the ``DeclaredValues``.
    static func write(
        _ event: ProfilerTelemetry, of batch: DeliveryBatch, _ values: UnsafeRawBufferPointer,
        _ names: inout NameRegistry, to writer: inout FactWriter
    ) {
        // Of a module given twice the last counts, as in JSON.
        var reached: [(id: Int, isReached: Bool)] = []
        for module in batch.moduleTimes[event.moduleTimes] {
            let id = names.id(.module, batch.bytes[module.module])
            if let place = reached.firstIndex(where: { $0.id == id }) {
                reached[place].isReached = module.seconds > 0
            } else {
                reached.append((id, module.seconds > 0))
            }
        }
        guard reached.contains(where: \.isReached) else { return }
        DeclaredValues.writeHead(event.completionStatus.isOver ? 1 : 0, values, to: &writer)
        for module in reached where module.isReached { writer.varint(module.id) }
    }

    @inline(__always)
    package static func add(_ reader: consuming FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
        guard cells.families.contains(.moduleReach) else { return }
        let isOver = DeclaredValues.readHead(&reader) == 1
        while !reader.isAtEnd {
            let module = reader.int()
            cells.count(.moduleReach, slot, RollupCell(module, ReachItem.reached), sign)
            if isOver { cells.count(.moduleReach, slot, RollupCell(module, ReachItem.finished), sign) }
        }
    }
}

/// Items of ``RollupFamily/moduleReach``, by module.
package enum ReachItem {
    package static let reached = 0
    package static let finished = 1
}
