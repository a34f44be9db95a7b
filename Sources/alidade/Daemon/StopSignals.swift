internal import Glibc
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// What SIGTERM and SIGINT do: the first asks for a stop, a second one ends the process at once, and so does time.
///
/// The limits of a service group are not used, because they cancel tasks: a thread that waits for a disk or a broker cannot be cancelled.
struct StopSignals {
    /// How long a graceful stop may take before the process ends anyway; systemd and people wait no longer.
    private static let limit = Duration.milliseconds(4800)

    let manager: ServiceManager
    let logger: Logger

    /// From here on the signals are caught; they are heeded by ``heed(_:stopping:)``.
    static func caught() async -> UnixSignalsSequence { await UnixSignalsSequence(trapping: .sigterm, .sigint) }

    /// Goes on until its task is cancelled.
    func heed(_ signals: UnixSignalsSequence, stopping group: ServiceGroup) async {
        for await signal in signals {
            guard !manager.isStopping else {
                logger.warning("stopping at once", metadata: ["signal": "\(signal)"])
                _exit(1)
            }
            logger.notice("stopping", metadata: ["signal": "\(signal)"])
            manager.stopping()
            await group.triggerGracefulShutdown()
            Task.detached { [logger] in
                try await Task.sleep(for: Self.limit)
                logger.warning("stopping before everything was finished; the broker delivers the rest again")
                LogOutput.flush()
                _exit(0)
            }
        }
    }
}
