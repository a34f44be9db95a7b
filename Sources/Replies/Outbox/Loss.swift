package import Events

/// How many were dropped for one cause, and one of them.
package struct Loss: Sendable, Equatable {
    package var count: Int
    /// Where it was to go.
    package var example: ShortText

    package init(count: Int, example: ShortText) {
        self.count = count
        self.example = example
    }
}
