/// Who does something to the store that is kept for good: what `operations` and the resolutions of quarantined messages say.
package struct Operator: Sendable, Equatable {
    /// From where somebody may reach the store; the words are stored.
    package enum Way: String, Sendable, CaseIterable {
        case commandLine = "command_line"
        /// A page, logged in by the staff file.
        case staff
        /// A page, by the word of a reverse proxy.
        case proxy
    }

    /// The name of a user, as the operating system or the page knows it.
    package var name: String
    package var way: Way
    /// The address he came from; nil for the command line.
    package var peer: String?

    package init(name: String, way: Way, peer: String? = nil) {
        self.name = name
        self.way = way
        self.peer = peer
    }
}
