internal import ArgumentParser

/// Exit codes: <doc:Operating> lists them. 64 (usage) is ArgumentParser's own.
enum ExitStatus: Int32 {
    case done = 0
    case failed = 1
    /// A check found something wrong.
    case problemsFound = 2
    /// EX_CONFIG of sysexits.h.
    case configuration = 78

    /// Ends the process without a further word.
    var code: ExitCode { ExitCode(rawValue) }

    /// Ends the process with this code and a line on standard error.
    func error(_ message: String) -> Failure { Failure(status: self, message: message) }
}
