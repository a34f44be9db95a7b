internal import AMQP
internal import ArgumentParser
internal import Glibc
internal import Ingest
internal import DaemonSettings
internal import Store

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

    /// Prints what is to be said about `error` and ends the process with the code it calls for.
    static func exit(with error: any Error) -> Never {
        switch error {
        case let failure as Failure:
            StandardError.write("alidade: \(failure.message)")
            Glibc.exit(failure.status.rawValue)
        case let errors as SettingsErrors:
            for line in errors.lines { StandardError.write("alidade: \(line)") }
            Glibc.exit(ExitStatus.configuration.rawValue)
        case is AMQPError, is StoreError, is IngestError, is LineReaderError:
            StandardError.write("alidade: \(error)")
            Glibc.exit(ExitStatus.failed.rawValue)
        default: Alidade.exit(withError: error)
        }
    }
}

/// Standard error, unbuffered, whole lines.
enum StandardError {
    static func write(_ line: String, terminator: String = "\n") {
        var text = line + terminator
        text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(STDERR_FILENO, bytes.baseAddress.map { $0 + written }, bytes.count - written)
                guard count > 0 || errno == EINTR else { return }
                written += max(0, count)
            }
        }
    }
}
