internal import ArgumentParser
internal import Ingest
internal import Logging
internal import DaemonSettings

/// `alidade run`: the daemon.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the daemon.",
        discussion: """
            Consumes both queues until SIGTERM or SIGINT. The first signal finishes the batch in hand (exit 0 within 5 s), a second one \
            stops at once; nothing is lost either way. A lost broker, a full disk or a locked store make it wait, not end.
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let settings = try common.settings()
        let logger = LogOutput.start(settings.log)
        let daemon = try Daemon(settings: settings, logger: logger)
        logger.notice("starting", metadata: ["version": "\(Version.current)", "store": "\(settings.store.url)"])
        do {
            try await daemon.run()
        } catch {
            logger.critical("stopped", metadata: ["error": "\(error)"])
            throw ExitStatus.failed.code
        }
        logger.notice("stopped")
    }
}
