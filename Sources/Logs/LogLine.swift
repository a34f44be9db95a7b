package import Logging

/// What one line of the log says.
package struct LogLine: Sendable, Equatable {
    package var level: Logger.Level
    package var message: String
    /// In the order of the keys.
    package var fields: [Field]
    /// On a line that stands for others: how many they were, and in how many seconds.
    package var repeated: Repetition?

    package struct Field: Sendable, Equatable, Hashable {
        package var key: String
        package var value: String

        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    package struct Repetition: Sendable, Equatable {
        package var times: Int
        package var seconds: Int
    }

    package init(_ level: Logger.Level, _ message: String, _ fields: [Field] = []) {
        self.level = level
        self.message = message
        self.fields = fields
    }
}
