internal import Glibc
internal import SystemPackage

/// What Prometheus' client libraries tell of their process, read from `/proc/self`.
struct ProcessFigures {
    var cpuSeconds: Double?
    var residentBytes: Double?
    var virtualBytes: Double?
    /// Unix time.
    var startedAt: Double?
    var openDescriptors: Double?
    var maximumDescriptors: Double?

    static var current: ProcessFigures {
        var figures = ProcessFigures()
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        // The second field is the name in parentheses, which may contain anything.
        if let text = content("/proc/self/stat"), let end = text.lastIndex(of: ")") {
            let fields = text[text.index(after: end)...].split { $0 == " " || $0 == "\n" }
            // proc(5) counts from 1, and two fields are before these.
            func field(_ number: Int) -> Double? { number - 3 < fields.count ? Double(fields[number - 3]) : nil }
            if let user = field(14), let system = field(15) { figures.cpuSeconds = (user + system) / ticks }
            figures.virtualBytes = field(23)
            figures.residentBytes = field(24).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) }
            if let start = field(22) { figures.startedAt = bootTime + start / ticks }
        }
        figures.openDescriptors = openDescriptorCount
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.maximumDescriptors = Double(limit.rlim_cur)
        }
        return figures
    }

    func write(to page: inout PrometheusText) {
        page.family("process_cpu_seconds_total", .counter, "CPU time of the process, user and system.", cpuSeconds)
        page.family("process_resident_memory_bytes", .gauge, "Resident memory.", residentBytes)
        page.family("process_virtual_memory_bytes", .gauge, "Virtual memory.", virtualBytes)
        page.family("process_start_time_seconds", .gauge, "When the process began, in Unix time.", startedAt)
        page.family("process_open_fds", .gauge, "Open file descriptors.", openDescriptors)
        page.family("process_max_fds", .gauge, "The limit of open file descriptors.", maximumDescriptors)
    }

    /// Unix time of the boot. The clocks tell it, because `/proc/stat` is hidden from a sandboxed service (systemd's `ProcSubset=pid`).
    /// Taken once: a clock that is set later does not move the start of the process.
    private static let bootTime: Double = {
        func seconds(_ clock: clockid_t) -> Double {
            var time = timespec()
            clock_gettime(clock, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        return seconds(CLOCK_REALTIME) - seconds(CLOCK_BOOTTIME)
    }()

    private static var openDescriptorCount: Double? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        // The one it is being read with is not counted.
        return Double(count - 1)
    }

    private static func content(_ path: String) -> String? {
        guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec) else { return nil }
        defer { try? file.close() }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while let count = try? piece.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 {
            bytes += piece[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
