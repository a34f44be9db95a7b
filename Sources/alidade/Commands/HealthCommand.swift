internal import ArgumentParser
internal import DaemonSettings
internal import Terminal

/// `alidade health`: asks the running daemon; what a container's health check runs.
struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask the running daemon whether it lives, at http.listen; exit 1 where it does not.",
        discussion: """
            Prints the daemon's answer. A daemon that waits for its broker, its store or its disk lives; with --ready it must also be consuming.

            Examples:
              alidade health
              alidade health --ready
            """)

    @Flag(help: "Whether it is consuming and can store, too.") var ready = false
    @OptionGroup var common: CommonOptions

    func run() throws {
        let settings = try common.settings()
        guard let address = settings.http.address else {
            throw ExitStatus.configuration.error("http.listen: nothing is configured, so there is nobody to ask")
        }
        let request = HTTPRequest(
            host: HTTPRequest.reachable(address.host), port: UInt16(clamping: address.port),
            path: ready ? "/health/ready" : "/health/live")
        let answer: HTTPRequest.Answer
        do throws(HTTPRequest.Failure) { answer = try request.answer(within: .seconds(4)) } catch {
            throw ExitStatus.failed.error("could not ask \(settings.http.listen): \(error.reason)")
        }
        Output.print(exactly: Array(answer.body.prefix { $0 != 0x0A }))
        guard answer.status == 200 else { throw ExitStatus.failed.code }
    }
}
