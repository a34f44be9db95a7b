internal import ArgumentParser
internal import Glibc
internal import DaemonSettings
internal import Terminal

/// Exit codes, as the contract has them. 64 (usage) is ArgumentParser's own.
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

/// Why a command could not do its work: words for people, and the exit code.
struct Failure: Error, CustomStringConvertible {
    var status: ExitStatus
    var message: String
    var description: String { message }

    /// What is to be said about `error`, a line for each fault.
    static func lines(of error: any Error) -> [String] { (error as? SettingsErrors)?.lines ?? ["\(error)"] }

    /// Prints what is to be said about `error` and ends the process with the code it calls for. `command` is the one that threw it.
    static func exit(with error: any Error, in command: any ParsableCommand.Type) -> Never {
        switch error {
        case let failure as Failure:
            StandardError.write("alidade: \(failure.message)")
            end(failure.status.rawValue)
        case let errors as SettingsErrors:
            for line in errors.lines { StandardError.write("alidade: \(line)") }
            end(ExitStatus.configuration.rawValue)
        case let mistake as UsageError:
            StandardError.write(mistake.text)
            end(ExitCode.validationFailure.rawValue)
        case let mistake as ValidationError: exit(with: UsageError(mistake.message, in: command), in: command)
        case let code as ExitCode: end(code.rawValue)
        default:
            guard Alidade.exitCode(for: error).isSuccess else {
                StandardError.write("alidade: \(error)")
                end(ExitStatus.failed.rawValue)
            }
            // Help, a version, a script of completions.
            Output.print(OutputText(ownWords: Alidade.fullMessage(for: error)))
            end(ExitStatus.done.rawValue)
        }
    }

    private static func end(_ code: Int32) -> Never {
        Output.finish()
        Glibc.exit(code)
    }
}
