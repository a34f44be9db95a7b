internal import AMQP
internal import ArgumentParser
internal import Ingest
internal import Logging
internal import DaemonSettings
internal import UnixSignals

/// `alidade run`: the daemon.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the daemon.",
        discussion: """
            Consumes both queues until SIGTERM or SIGINT. The first signal finishes the batch in hand (exit 0 within 5 s), a second one \
            stops at once; nothing is lost either way. A lost broker, a full disk or a locked store make it wait, not end. SIGHUP reloads the \
            configuration and the models.

            Examples:
              alidade run
              alidade run --config alidade.yaml
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        // First of all: a reload that is asked for during the start must not end the process.
        let reloads = await UnixSignalsSequence(trapping: .sighup)
        let settings = try common.settings()
        ProcessMemory.configure()
        let logger = LogOutput.start(settings.log)
        let daemon = try Daemon(settings: settings, logger: logger) { [common] in try common.settings() }
        logger.notice("starting", metadata: ["version": "\(Version.current)", "store": "\(settings.store.url)"])
        do {
            try await daemon.run(reloads: reloads)
        } catch {
            logger.critical("stopped", metadata: ["error": "\(error)"])
            throw ExitStatus.failed.code
        }
        logger.notice("stopped")
    }
}
