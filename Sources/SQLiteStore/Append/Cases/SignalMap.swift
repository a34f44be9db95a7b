internal import Events
internal import Store

/// Remembers which signals of late have recommendation events, and which have an outcome: most new events are of signals with neither, and need no
/// look at what there is.
///
/// Signals are remembered by 64 neighbours, each page of them in the one place where it can be; a page that is not there is read by the indexes. It
/// may remember what a transaction wrote that failed: then somebody looks in vain. What other processes write it does not see: see ``forget()``.
struct SignalMap {
    struct Standing: Equatable {
        /// It may have recommendation events, or it may have none.
        var mayBeRecommended: Bool
        var mayHaveEnded: Bool
    }

    private struct Page {
        /// -1 where it is none.
        var number: Int64 = -1
        var recommended: UInt64 = 0
        var ended: UInt64 = 0
    }

    /// A page with more recommendation events is not worth reading to the end: all of its signals may have some.
    private static let limit = 256

    private var pages: [Page]
    private let findRecommended: Statement
    private let findEnded: Statement

    /// `capacity` is a power of two.
    init(_ database: Database, capacity: Int = 2048) throws(StoreError) {
        pages = Array(repeating: Page(), count: capacity)
        findRecommended = try database.prepare(
            """
            SELECT risk_signal_id FROM decision_recommendation_events INDEXED BY decision_recommendation_events_signal
            WHERE risk_signal_id BETWEEN ? AND ? AND seq < ? LIMIT \(Self.limit + 1)
            """)
        findEnded = try database.prepare(
            "SELECT risk_signal_id FROM decision_outcome_snapshots WHERE risk_signal_id BETWEEN ? AND ? AND seq < ?")
    }

    /// Of a signal as it was before the event `seq`.
    mutating func standing(of signal: Int64, before seq: Int64) throws(StoreError) -> Standing {
        let place = place(of: signal)
        if pages[place].number != signal >> 6 { pages[place] = try read(signal >> 6, before: seq) }
        let bit = UInt64(1) << UInt64(signal & 63)
        return Standing(
            mayBeRecommended: pages[place].recommended & bit != 0, mayHaveEnded: pages[place].ended & bit != 0)
    }

    /// Takes note of an event of a signal whose standing was asked just before.
    mutating func note(_ signal: Int64, _ table: EventTable) {
        let place = place(of: signal)
        guard pages[place].number == signal >> 6 else { return }
        let bit = UInt64(1) << UInt64(signal & 63)
        if table == .outcome { pages[place].ended |= bit } else { pages[place].recommended |= bit }
    }

    /// Somebody else has written to the store.
    mutating func forget() {
        for place in pages.indices { pages[place].number = -1 }
    }

    private func place(of signal: Int64) -> Int { Int(truncatingIfNeeded: signal >> 6) & (pages.count - 1) }

    private func read(_ number: Int64, before seq: Int64) throws(StoreError) -> Page {
        var page = Page(number: number)
        var count = 0
        try forEach(findRecommended, number, seq) { signal in
            page.recommended |= 1 << UInt64(signal & 63)
            count += 1
        }
        if count > Self.limit { page.recommended = .max }
        try forEach(findEnded, number, seq) { page.ended |= 1 << UInt64($0 & 63) }
        return page
    }

    private func forEach(_ find: Statement, _ number: Int64, _ seq: Int64, _ body: (Int64) -> Void) throws(StoreError) {
        find.bind(1, number << 6)
        find.bind(2, number << 6 | 63)
        find.bind(3, seq)
        defer { find.reset() }
        while try find.step() { body(find.integer(0)) }
    }
}
