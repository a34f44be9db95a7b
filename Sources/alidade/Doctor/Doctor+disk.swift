internal import DaemonSettings
internal import Glibc
internal import Store

extension Doctor {
    private static let writes = 20
    private static let slowMilliseconds = 50.0
    private static let littleSpace: UInt64 = 1 << 30

    mutating func checkDisk(_ settings: Settings) {
        guard let store = StoreOpening.store(at: settings.store.url), let folder = store.folder else { return }
        checkDiskSpace(folder, store)
        checkDiskSpeed(folder)
    }

    private mutating func checkDiskSpace(_ folder: String, _ store: any EventStore) {
        let check = "disk space"
        guard let space = store.upkeep.disk() else {
            let why = String(cString: strerror(errno))
            return add(.notTried(check, because: "\(folder) cannot be looked at: \(why)"))
        }
        let percent = space.total == 0 ? 0 : space.free * 100 / space.total
        let finding = "\(ByteCount(space.free)) of \(ByteCount(space.total)) free (\(percent) %) at \(folder)"
        let remedy = "free space on this file system, or move the store to a larger one while the daemon is stopped"
        if space.free < space.lowWaterMark {
            let mark = ByteCount(space.lowWaterMark)
            add(.problem(check, "\(finding); below \(mark) the daemon stops consuming", remedy: remedy))
        } else if percent < 10 || space.free < Self.littleSpace {
            add(.warning(check, finding, remedy: remedy))
        } else {
            add(.ok(check, finding))
        }
    }

    /// What a commit waits for: the median of small writes, each on the disk before the next one.
    private mutating func checkDiskSpeed(_ folder: String) {
        let check = "disk speed"
        guard let file = NamelessFile(in: folder) else {
            let why = String(cString: strerror(errno))
            return add(.notTried(check, because: "no file can be made in \(folder): \(why)"))
        }
        let page = [UInt8](repeating: 0x5A, count: 4096)
        let clock = ContinuousClock()
        let start = clock.now
        var times: [Duration] = []
        while times.count < Self.writes, clock.now - start < Self.limit {
            let began = clock.now
            guard pwrite(file.descriptor, page, page.count, off_t(times.count * page.count)) == page.count,
                fdatasync(file.descriptor) == 0
            else {
                let why = String(cString: strerror(errno))
                return add(
                    .problem(
                        check, "could not write to \(folder): \(why)",
                        remedy: "look at the kernel's log for disk errors (dmesg, journalctl -k)"))
            }
            times.append(clock.now - began)
        }
        let median = times.sorted()[times.count / 2]
        let milliseconds =
            Double(median.components.attoseconds / 10_000_000_000_000) / 100
            + Double(median.components.seconds) * 1000
        let finding = "\(milliseconds) ms to put a small write on the disk (median of \(times.count))"
        guard milliseconds > Self.slowMilliseconds else { return add(.ok(check, finding)) }
        add(
            .warning(
                check, "\(finding); each batch waits for it",
                remedy: "put the store on a faster or less busy disk; never on a network file system"))
    }
}
