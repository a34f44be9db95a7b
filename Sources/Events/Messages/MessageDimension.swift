/// What a message says of a member that the settings declare as a dimension; ranges of the batch's bytes.
package struct MessageDimension: Sendable {
    /// Of the member.
    package var name: ByteRange
    /// A text, or a number or a boolean as text; never empty.
    package var value: ByteRange
    /// Of the name, as the store numbers it; 0 for a message that is not stored.
    package var number: Int

    package init(name: ByteRange, value: ByteRange, number: Int = 0) {
        self.name = name
        self.value = value
        self.number = number
    }
}
