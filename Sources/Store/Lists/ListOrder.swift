/// An order of a list, or its reverse. What is equal in it stands by time, the newest first, in both; only the order of time itself is turned round.
package struct ListOrder<Key: RawRepresentable & Sendable>: Sendable where Key.RawValue == String {
    package var key: Key
    package var isReversed: Bool

    package init(_ key: Key, isReversed: Bool = false) {
        self.key = key
        self.isReversed = isReversed
    }

    /// As in an address: `-` stands in front of a reversed one.
    package var text: String { (isReversed ? "-" : "") + key.rawValue }
}
