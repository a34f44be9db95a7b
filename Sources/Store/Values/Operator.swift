/// Who does something to the store that is kept for good: what `operations` and the resolutions of quarantined messages say.
package struct Operator: Sendable, Equatable {
    /// From where somebody may reach the store; the words are stored.
    package enum Way: String, Sendable {
        case commandLine = "command_line"
    }

    /// The name of a user, as the operating system or the page knows it.
    package var name: String
    package var way: Way

    package init(name: String, way: Way) {
        self.name = name
        self.way = way
    }
}
