/// Something about the store that an operator should know.
package struct StoreFinding: Sendable, Equatable {
    /// Trouble that goes on is a warning; its end is not.
    package var isTrouble: Bool
    package var message: String
    package var cause: String
    package var why: String

    package init(isTrouble: Bool, message: String, cause: String, why: String) {
        self.isTrouble = isTrouble
        self.message = message
        self.cause = cause
        self.why = why
    }
}
