internal import DaemonSettings

/// Looks at everything that the daemon needs, in the order in which it needs it, and changes none of it.
///
/// A check that fails never hides another one. Runs on a thread with the stack that AMQP takes (``DedicatedThread``).
struct Doctor {
    /// For each step at the broker, and for the look through the store.
    static let limit = Duration.seconds(5)

    let common: CommonOptions
    /// Whose rights count; nil for those of this process.
    let user: DaemonUser?
    var printer: FindingPrinter

    init(_ common: CommonOptions, as user: DaemonUser?) {
        self.common = common
        self.user = user
        printer = FindingPrinter(isJSON: common.json)
    }

    mutating func add(_ finding: Finding) { printer.add(finding) }
    mutating func add(_ findings: [Finding]) { for finding in findings { add(finding) } }

    /// The exit code that the findings call for.
    mutating func examine() -> ExitStatus {
        let settings = checkConfiguration()
        if let settings {
            checkModels(settings)
            checkBroker(settings)
        } else {
            for check in ["model"] + Self.brokerChecks { addUnconfigured(check) }
        }
        checkVersions()
        if let settings {
            asTheDaemon("disk space") { $0.checkDisk(settings) }
        } else {
            for check in ["disk space", "disk speed"] { addUnconfigured(check) }
        }
        checkClock()
        if let settings {
            checkFiles(settings)
            checkStaff(settings)
            asTheDaemon("store") {
                $0.checkStore(settings)
                $0.checkListen(settings)
                $0.checkSocket(settings)
            }
        } else {
            for check in ["file permissions", "staff", "store", "http"] { addUnconfigured(check) }
        }
        printer.finish()
        if settings == nil { return .configuration }
        return printer.findings.contains { $0.status == .problem } ? .problemsFound : .done
    }

    private mutating func asTheDaemon(_ check: String, _ look: (inout Doctor) -> Void) {
        guard let user else { return look(&self) }
        do { try user.perform { look(&self) } } catch { add(.notTried(check, because: "\(error)")) }
    }

    private mutating func addUnconfigured(_ check: String) {
        add(.notTried(check, because: "the configuration does not load"))
    }
}
