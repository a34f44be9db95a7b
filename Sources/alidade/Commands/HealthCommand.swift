internal import ArgumentParser
internal import DaemonSettings
internal import Events
internal import Terminal

/// `alidade health`: asks the running daemon; what a container's health check runs.
struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask the running daemon, at http.listen, whether it is alive; exit 1 if it is not.",
        discussion: """
            Prints the daemon's answer. A daemon that waits for its broker, its store or its disk is alive; with --ready it must also be consuming.

            Examples:
              alidade health
              alidade health --ready
            """)

    @Flag(help: "Ask whether it is consuming and can store as well.") var ready = false
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
