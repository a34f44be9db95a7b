internal import AMQP
internal import ArgumentParser
internal import Glibc
internal import Synchronization

/// `alidade doctor`: whether everything that the daemon needs is there and as it should be.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Examine configuration, broker, disk, clock and store; exit 2 where there is a problem.",
        discussion: """
            Changes nothing, at the broker or in the store: it may run beside the daemon. Run it as root: secrets are then read as systemd \
            reads them, and everything else is judged with the rights of the daemon's user.

            Examples:
              alidade doctor
              alidade doctor --config alidade.yaml --json
            """)
    @OptionGroup var daemon: DaemonUserOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        let status = Mutex(ExitStatus.failed)
        let common = common
        let user = try DaemonUser.find(daemon.user)
        try DedicatedThread.start(named: "doctor") {
            var doctor = Doctor(common, as: user)
            let found = doctor.examine()
            status.withLock { $0 = found }
        }.join()
        let found = status.withLock { $0 }
        if found != .done { throw found.code }
    }
}
