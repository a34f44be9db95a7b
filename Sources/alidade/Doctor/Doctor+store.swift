internal import DaemonSettings
internal import Glibc
internal import Store
internal import Threads

extension Doctor {
    private static let storeCheck = "store"
    private static let restore = "stop the daemon, keep the file for a post-mortem and restore a backup"

    /// Only reads, and never for long: beside a running daemon a long read would hold up its checkpoints.
    mutating func checkStore(_ settings: Settings) {
        guard let store = StoreOpening.store(at: settings.store.url) else { return }
        if let folder = store.folder, access(store.name, F_OK) != 0 { return checkMissingStore(store.name, in: folder) }
        do {
            let examination = try store.upkeep.examine()
            if let folder = store.folder, access(store.name, W_OK) != 0 || access(folder, W_OK | X_OK) != 0 {
                let why = String(cString: strerror(errno))
                add(
                    .problem(
                        Self.storeCheck, "\(store.name) or its folder cannot be written to: \(why)",
                        remedy: "chown both to the daemon's user, with its -wal and -shm"))
            }
            try examine(examination, store)
        } catch let error as StoreError {
            let finding = Finding.problem(
                Self.storeCheck, error.why, remedy: error.hint ?? "look at \(store.name)")
            add(error.kind == .busy ? .warning(Self.storeCheck, error.why, remedy: finding.remedy ?? "") : finding)
        } catch { add(.problem(Self.storeCheck, "\(error)", remedy: "try again")) }
    }

    private mutating func checkMissingStore(_ path: String, in folder: String) {
        let why = String(cString: strerror(errno))
        guard access(folder, F_OK) == 0 else {
            return add(
                .problem(
                    Self.storeCheck, "there is no folder \(folder): \(String(cString: strerror(errno)))",
                    remedy: "make it, owned by the daemon's user (systemd: StateDirectory=), or correct store.url"))
        }
        guard access(folder, W_OK | X_OK) == 0 else {
            return add(
                .problem(
                    Self.storeCheck, "\(path) cannot be made: \(why); its folder is not writable",
                    remedy: "make \(folder) writable for the daemon's user"))
        }
        add(.ok(Self.storeCheck, "\(path) does not exist yet; its folder is writable"))
    }

    private mutating func examine(_ examination: any StoreExamination, _ store: any EventStore) throws {
        let interrupt = examination.interrupt
        let damage = try TimeLimit.run(Self.limit, expire: { interrupt() }) { try examination.damage() }
        if let damage, !damage.isEmpty {
            let lines = damage.joined(separator: "; ")
            return add(.problem(Self.storeCheck, "it is damaged: \(lines)", remedy: Self.restore))
        }
        let whole = damage == nil ? "no damage found within \(Self.limit)" : "whole"
        guard let schema = examination.schema, let balance = try examination.balance() else {
            let finding = "\(store.name): \(whole); the daemon brings it up to date at its start"
            return add(.ok(Self.storeCheck, finding))
        }
        let sums =
            "\(balance.received) received = \(balance.stored) stored + \(balance.duplicates) duplicates + "
            + "\(balance.quarantined) quarantined"
        guard balance.isEven else {
            return add(
                .problem(
                    Self.storeCheck, "its balance does not hold: \(sums)",
                    remedy: "something else wrote to ingest_minutes; restore a backup, or report it as a bug"))
        }
        add(.ok(Self.storeCheck, "\(store.name): \(whole), schema \(schema), \(sums)"))
    }
}
