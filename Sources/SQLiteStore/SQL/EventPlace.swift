internal import Store

/// Where an event is, as one number: `_event_identities.place`.
///
///     0 0 · table's upper 2 bits · seq's 58 bits · table's lower 2 bits
///
/// A table's number has two halves because there was room for four tables at first: so no row that was written then means anything else now,
/// and none is longer than it was.
struct EventPlace: Equatable {
    let number: Int64

    init(number: Int64) { self.number = number }

    @inline(__always)
    init(_ table: EventTable, seq: Int64) { self.init(tableNumber: table.rawValue, seq: seq) }

    @inline(__always)
    init(tableNumber: Int64, seq: Int64) {
        number = (tableNumber >> 2) << 60 | seq << 2 | tableNumber & 3
    }

    var seq: Int64 { number >> 2 & Self.seqMask }
    /// 0 to 15; of a damaged place something else.
    var tableNumber: Int64 { (number >> 60) << 2 | number & 3 }

    /// What is said of a table that this version does not know.
    static func unknown(_ tableNumber: Int64) -> String {
        "_event_identities names an event table \(tableNumber), which this version does not know"
    }

    private static let seqMask: Int64 = 1 << 58 - 1

    // The same for SQLite, of a column `place`. There all these operators bind alike, from left to right.

    static let seqSQL = "((place >> 2) & \(seqMask))"
    static let tableNumberSQL = "(((place >> 60) << 2) | (place & 3))"
}
