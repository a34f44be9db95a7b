internal import DaemonSettings

/// Why a command could not do its work: words for people, and the exit code.
struct Failure: Error, CustomStringConvertible {
    var status: ExitStatus
    var message: String
    var description: String { message }

    /// What is to be said about `error`, a line for each fault.
    static func lines(of error: any Error) -> [String] { (error as? SettingsErrors)?.lines ?? ["\(error)"] }
}
