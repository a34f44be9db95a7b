package import Events

/// What facts are about, and by which time they fall into a window. The numbers are stored and never change.
package enum RollupStream: UInt8, CaseIterable {
    /// A recommendation event, by occurred-at.
    case recommendation = 0
    /// An outcome of a signal, by occurred-at.
    case outcome = 1
    /// A view event, by occurred-at.
    case view = 2
    /// A session in its latest state, by `started_at`, else occurred-at.
    case sessionStart = 3
    /// A session whose latest state is finished or locked, by `completed_at`, else occurred-at.
    case sessionResult = 4
    /// A delivery, by the time it was received.
    case delivery = 5
    /// A recommendation case that was viewed, by its first view.
    case recommendationCase = 6
    /// The outcome of a signal beside each of its recommendation cases, by the outcome's occurred-at.
    case caseOutcome = 7
    /// The modules of a session in its latest state, by `completed_at`, else occurred-at.
    case sessionModules = 8
    /// A completed session of a learner who had completed none before, by `completed_at`, else occurred-at.
    case learnerFirst = 9
    /// One of a learner who had.
    case learnerRepeat = 10
}

/// Time cut into slots of 2048 s, and those eight at a time into longer ones: any window is a few dozen slots.
package enum RollupSlot {
    /// Microseconds of a slot of level 0, about half an hour.
    package static let width: Timestamp = 2_048_000_000
    /// 34 min, 4.6 h, 1.5 d, 12 d.
    package static let levels = 4
    /// Eight slots make one of the next level.
    package static let fanOutBits = 3
    package static let bits = 26
    private static let newest = Int64(1) << Int64(bits) - 1

    /// The slot that a time falls into. Times before 1970 or after the year 6325, which no window reaches, count with the first or last.
    @inline(__always)
    package static func slot(of time: Timestamp) -> Int64 { min(max(time / width, 0), newest) }

    package static func start(of slot: Int64) -> Timestamp { slot * width }

    /// The row of `_rollup_cells`.
    package static func node(_ family: RollupFamily, level: Int, slot: Int64) -> Int64 {
        node(familyNumber: family.rawValue, level: level, slot: slot)
    }

    package static func node(familyNumber: UInt8, level: Int, slot: Int64) -> Int64 {
        Int64(familyNumber) << 40 | Int64(level) << 32 | slot
    }

    /// The row of `_rollup_facts`.
    package static func part(_ stream: RollupStream, slot: Int64, number: Int64) -> Int64 {
        Int64(stream.rawValue) << 48 | slot << 20 | number
    }
}
