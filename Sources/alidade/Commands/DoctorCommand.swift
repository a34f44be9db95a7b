internal import ArgumentParser
internal import Glibc
internal import Synchronization
internal import Threads

/// `alidade doctor`: whether everything that the daemon needs is there and as it should be.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check everything the daemon depends on and suggest fixes; exit 2 if there is a problem.",
        discussion: """
            It changes nothing at the broker or in the store and may run beside the daemon. Run it as root: it then reads secrets as systemd \
            does, and judges everything else with the rights of the daemon's user.

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
