internal import ArgumentParser
internal import Logging
internal import DaemonSettings
internal import Threads
internal import UnixSignals

/// `alidade run`: the daemon.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the daemon.",
        discussion: """
            It consumes both queues until SIGTERM or SIGINT. The first signal finishes the batch in hand (exit 0 within 5 s), a second one \
            stops at once; nothing is lost either way. When the broker is gone, the disk is full or the store is locked, it waits and then \
            carries on by itself. SIGHUP reloads the configuration, the models and the certificates.

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
        do {
            try await daemon.run(reloads: reloads)
        } catch {
            logger.critical("stopped", metadata: ["error": "\(error)"])
            throw ExitStatus.failed.code
        }
        logger.notice("stopped")
    }
}
