internal import Events
internal import Store

/// What has a history: a key, events in the order of (occurred-at, seq), a pure fold from them to a state, and facts that the state adds to the
/// metrics and takes back when it changes. What it comes to does not depend on the order in which events arrive.
///
/// Sessions come first: their messages are folded before they are written, because alignments and warnings rest on the fold. Every other entity
/// follows from what is stored, and is a type of its own: with its tables, which a migration makes as well, and a line in ``Entities``. Writing, rebuilding and
/// comparing go by that list.
protocol Entity: AnyObject {
    /// What is kept of it: a rebuild makes these tables anew, and a verification compares them.
    static var tables: [EntityTable] { get }

    /// Keeps its states in the tables of `place`; events are read from the store itself.
    init(_ database: Database, in place: RollupSchema.Place) throws(StoreError)

    /// Takes note of an intelligence event just stored, which is the newest by `seq`.
    func note(
        _ event: IntelligenceEvent, seq: Int64, bytes: borrowing ByteArena, _ rollups: inout RollupFold
    ) throws(StoreError)

    /// Takes note of a session that says something else now; in a rebuild, of each session once.
    func note(_ step: SessionStep, _ rollups: inout RollupFold) throws(StoreError)

    /// Adds what all intelligence events of the store come to, in a rebuild, which does not hand them over one by one.
    static func rebuild(_ database: Database, _ rollups: inout RollupFold) throws(StoreError)

    /// Somebody else has written to the store, or a transaction has failed: what is remembered counts no more.
    func forget()
}

extension Entity {
    func note(
        _ event: IntelligenceEvent, seq: Int64, bytes: borrowing ByteArena, _ rollups: inout RollupFold
    ) throws(StoreError) {}

    func note(_ step: SessionStep, _ rollups: inout RollupFold) throws(StoreError) {}

    static func rebuild(_ database: Database, _ rollups: inout RollupFold) throws(StoreError) {}

    func forget() {}
}

/// What a session says now.
struct SessionStep {
    let session: StoredSession
    /// The message that made it so, with its texts in `batch`; in a rebuild the newest one.
    let event: ProfilerTelemetry
    let batch: DeliveryBatch
    /// The number of the message that was the newest until now, and is it still where this one came late; nil for a new session.
    let previous: Int64?
}

/// A table of an entity.
struct EntityTable {
    let name: String
    /// Of those that a rebuild makes as the daemon does.
    var columns = "*"
    /// By which a difference is named.
    let key: String
    /// One sentence about rows that differ, from the key of one.
    let difference: (Statement) -> String
}
