internal import Events
internal import Store

/// Puts rows of `_quarantine_faults` together.
struct FaultMerge {
    /// A row.
    struct Row {
        var number: Int64
        var newestID: Int64
        var hasResolved: Bool
        /// Nil where it is not known.
        var newestOpenID: Int64?
    }

    struct Group {
        var fault: QuarantineFault
        var newestID: Int64 = 0
        /// Of the rows with unresolved messages the one with the newest message.
        var newestWithOpen: Row?

        func count(in state: QuarantineFilter.State) -> Int64 {
            switch state {
            case .open: fault.unresolved
            case .replayed: fault.replayed
            case .discarded: fault.discarded
            case .all: fault.total
            }
        }
    }

    private let grouping: QuarantineGrouping
    private let hours: Int
    /// Clock hours are numbered since 1970.
    let firstHour: Int64
    private(set) var groups: [Group] = []
    private var places: [[ByteKey]: Int] = [:]
    /// Of each row, by its number.
    private var placesOfRows: [Int64: Int] = [:]

    init(_ grouping: QuarantineGrouping, hours: Int, endingAt now: Timestamp) {
        self.grouping = grouping
        self.hours = hours
        firstHour = now / QuarantineFaults.hour - Int64(hours) + 1
    }

    /// The columns of `SQLiteReader.quarantineFaults`.
    mutating func add(_ row: Statement) {
        let place = place(of: row)
        placesOfRows[row.integer(0)] = place
        var part = QuarantineFault()
        (part.total, part.replayed, part.discarded) = (row.integer(7), row.integer(8), row.integer(9))
        groups[place].fault.total += part.total
        groups[place].fault.replayed += part.replayed
        groups[place].fault.discarded += part.discarded
        groups[place].fault.firstReceivedAt = min(groups[place].fault.firstReceivedAt, row.integer(10))
        groups[place].fault.lastReceivedAt = max(groups[place].fault.lastReceivedAt, row.integer(11))
        let newestID = row.integer(12)
        groups[place].newestID = max(groups[place].newestID, newestID)
        if part.unresolved > 0, newestID > groups[place].newestWithOpen?.newestID ?? 0 {
            groups[place].newestWithOpen = Row(
                number: row.integer(0), newestID: newestID, hasResolved: part.unresolved < part.total,
                newestOpenID: row.optionalInteger(13))
        }
        let type = row.text(6)
        if !type.isEmpty, !groups[place].fault.eventTypes.contains(type) {
            groups[place].fault.eventTypes.append(type)
            groups[place].fault.eventTypes.sort()
        }
    }

    mutating func add(_ count: Int64, of row: Int64, in hour: Int64) {
        let hour = hour - firstHour
        guard let place = placesOfRows[row], hour >= 0, hour < hours else { return }
        groups[place].fault.hours[Int(hour)] += count
    }

    private mutating func place(of row: Statement) -> Int {
        func part(_ column: Int32, _ isKept: Bool) -> String? { isKept ? row.text(column) : nil }
        let isFault = grouping == .fault
        let fault = QuarantineFault(
            queue: part(1, isFault || grouping == .queue), reason: part(2, isFault || grouping == .reason),
            shape: part(3, isFault || grouping == .pointer), version: part(4, grouping == .explanationVersion),
            appID: part(5, grouping == .appID), hours: Array(repeating: 0, count: hours))
        let key = [fault.queue, fault.reason, fault.shape, fault.version, fault.appID].map { ByteKey($0 ?? "") }
        if let place = places[key] { return place }
        places[key] = groups.count
        groups.append(Group(fault: fault))
        return groups.count - 1
    }
}
