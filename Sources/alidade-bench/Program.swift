import Glibc
import Threads

/// Seconds since the epoch, some days ago: the generated messages never lie in the future.
let recentStart = Int64(time(nil)) - 20 * 86_400

/// A started program, and what it has used once it has ended.
final class Program {
    struct Usage {
        var cpuSeconds: Double
        var peakMebibytes: Double
        var exitStatus: Int32
    }

    struct Failed: Error, CustomStringConvertible { var description: String }

    let processID: pid_t

    /// Starts `binary` with `environment` added to ours; standard input from `input` where given, output thrown away.
    init(_ binary: String, _ arguments: [String], environment: [String: String] = [:], input: Int32? = nil) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input { posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] = ([binary] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        for (name, value) in environment { setenv(name, value, 1) }
        var processID = pid_t()
        let status = posix_spawn(&processID, binary, &actions, nil, &words, environ)
        guard status == 0 else {
            throw Failed(description: "could not start \(binary): \(String(cString: strerror(status)))")
        }
        self.processID = processID
    }

    /// CPU seconds so far, user and system.
    var cpuSeconds: Double {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(processID, &clock) == 0, clock_gettime(clock, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    func waitUntilEnded() -> Usage {
        var status: Int32 = 0
        var usage = rusage()
        while wait4(processID, &status, 0, &usage) < 0, errno == EINTR {}
        let user = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
        let system = Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) / 1e6
        return Usage(cpuSeconds: user + system, peakMebibytes: Double(usage.ru_maxrss) / 1024, exitStatus: status)
    }

    func stop() -> Usage {
        kill(processID, SIGTERM)
        return waitUntilEnded()
    }
}

/// A folder for one store, or for some files; gone when this is.
final class ScratchFolder {
    let path: String
    var isKept = false
    private var names = ["alidade.db", "alidade.db-wal", "alidade.db-shm"]

    init(in parent: String) throws {
        var template = Array("\(parent)/alidade-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Program.Failed(description: "could not make a folder in \(parent)")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// One that is there already, and stays.
    init(kept path: String) {
        self.path = path
        isKept = true
    }

    /// The same under a name of its own, where it stays.
    func keep(as name: String) throws -> ScratchFolder {
        guard rename(path, name) == 0 else {
            throw Program.Failed(description: "could not rename \(path): \(String(cString: strerror(errno)))")
        }
        return ScratchFolder(kept: name)
    }

    var storeURL: String { "sqlite://\(path)/alidade.db" }

    deinit {
        guard !isKept else { return say("kept: \(path)") }
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// A file that only we may read.
    func write(_ name: String, _ text: String) throws {
        names.append(name)
        guard let file = fopen("\(path)/\(name)", "w"), fputs(text, file) >= 0, fclose(file) == 0,
            chmod("\(path)/\(name)", 0o600) == 0
        else { throw Program.Failed(description: "could not write \(path)/\(name)") }
    }
}

/// The most memory that this process has had so far.
func peakMebibytes() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) / 1024
}

/// Seconds of a clock that only goes forward.
func monotonicSeconds() -> Double { Double(monotonicClock()) / 1e9 }

extension [Double] {
    var median: Double { quantile(0.5) }

    /// Nearest rank.
    func quantile(_ share: Double) -> Double {
        guard !isEmpty else { return .nan }
        return sorted()[Swift.min(count - 1, Int(Double(count) * share))]
    }
}

/// `value` with `digits` decimals.
func fixed(_ value: Double, _ digits: Int = 1) -> String {
    guard value.isFinite else { return "-" }
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let rounded = (value * scale).rounded()
    let whole = Int(rounded / scale)
    guard digits > 0 else { return String(Int(rounded)) }
    let fraction = String(Int(abs(rounded)) % Int(scale))
    return "\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
}
