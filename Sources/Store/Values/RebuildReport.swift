/// Told how many events have been looked at; ends the rebuild, which changes nothing then, by throwing.
package typealias RebuildProgress = (Int64) throws(StoreError) -> Void

/// What a rebuild, or a verification, found and did.
package struct RebuildReport: Sendable {
    package var events: Int64
    /// What is not as it should be, a sentence each, the first ones only; empty after a repair.
    package var differences: [String]
    /// How many there are.
    package var differenceCount: Int
    /// What a rebuild cannot mend, a sentence each: it is wrong in the append-only tables themselves.
    package var damage: [String]

    package init(events: Int64, differences: [String], differenceCount: Int, damage: [String] = []) {
        self.events = events
        self.differences = differences
        self.differenceCount = differenceCount
        self.damage = damage
    }
}
