internal import Store

/// What operators do with a store in a file.
struct SQLiteUpkeep: StoreUpkeep {
    private let location: StoreLocation

    init(_ location: StoreLocation) { self.location = location }

    @available(*, noasync)
    func make() throws(StoreError) -> StoreIdentity { try StoreInit.make(location) }

    @available(*, noasync)
    func accept() throws(StoreError) -> StoreIdentity { try StoreInit.accept(location) }

    @available(*, noasync)
    func backup(to target: String, replacing replaces: Bool) throws(StoreError) -> any StoreBackup {
        try SQLiteBackup(of: location, to: target, replacing: replaces)
    }

    @available(*, noasync)
    func verify(progress: RebuildProgress) throws(StoreError) -> RebuildReport {
        try StoreRebuild.verify(location, progress: progress)
    }

    @available(*, noasync)
    func rebuild(dimensions: [String], progress: RebuildProgress) throws(StoreError) -> RebuildReport {
        try StoreRebuild.repair(location, dimensions: dimensions, progress: progress)
    }

    @available(*, noasync)
    func checks(quick: Bool) throws(StoreError) -> [StoreCheck] {
        let reader = try SQLiteReader.open(location)
        return SQLiteCheck.all(quick: quick).map { check in
            StoreCheck(name: check.name, claim: check.claim) { () throws(StoreError) in try check.findings(in: reader) }
        }
    }

    @available(*, noasync)
    func examine() throws(StoreError) -> any StoreExamination { try SQLiteExamination.open(location) }

    @available(*, noasync)
    func disk() -> DiskSpace? { DiskSpace(ofFileSystemAt: FolderPath.of(location.path)) }
}
