internal import ArgumentParser
internal import DaemonSettings
internal import Glibc
internal import JSON
internal import Terminal

extension Failure {
    /// Prints what is to be said about `error` and ends the process with the code it calls for. `command` is the one that threw it.
    static func exit(with error: any Error, in command: any ParsableCommand.Type) -> Never {
        switch error {
        case let failure as Failure: end(failure.status, saying: [failure.message])
        case let errors as SettingsErrors: end(.configuration, saying: errors.lines)
        case let mistake as UsageError:
            StandardError.write(mistake.text)
            end(ExitCode.validationFailure.rawValue, saying: mistake.lines)
        case let mistake as ValidationError: exit(with: UsageError(mistake.message, in: command), in: command)
        case let code as ExitCode: end(code.rawValue)
        default:
            guard Alidade.exitCode(for: error).isSuccess else { end(.failed, saying: ["\(error)"]) }
            // Help, a version, a script of completions.
            Output.print(OutputText(ownWords: Alidade.fullMessage(for: error)))
            end(ExitStatus.done.rawValue)
        }
    }

    /// A line for each fault on standard error.
    private static func end(_ status: ExitStatus, saying lines: [String]) -> Never {
        for line in lines { StandardError.write("alidade: \(line)") }
        end(status.rawValue, saying: lines)
    }

    /// Where JSON was asked for and nothing was printed yet, the lines are an object on standard output as well.
    private static func end(_ code: Int32, saying lines: [String]) -> Never {
        if !Output.isUsed, CommandLine.arguments.contains("--json") {
            var json = JSONText()
            json.object { json in
                json.object("error") { json in
                    json.member("exit_code", Int(code))
                    json.array("lines") { json in for line in lines { json.string(line) } }
                }
            }
            Output.print(json: json.text)
        }
        end(code)
    }

    private static func end(_ code: Int32) -> Never {
        Output.finish()
        Glibc.exit(code)
    }
}
