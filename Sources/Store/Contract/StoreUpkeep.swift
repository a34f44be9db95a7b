package import Events

/// What operators do with a store, beside a running daemon or without one.
package protocol StoreUpkeep: Sendable {
    /// Makes an empty store, which may take the place of one that a daemon remembers.
    @available(*, noasync)
    func make() throws(StoreError) -> StoreIdentity

    /// Says that the store that is there may take the place of another one.
    @available(*, noasync)
    func accept() throws(StoreError) -> StoreIdentity

    /// Looks at everything that can be wrong with a backup before a byte is written. With `replaces` an existing file at `target` gives way at
    /// the very end.
    @available(*, noasync)
    func backup(to target: String, replacing replaces: Bool) throws(StoreError) -> any StoreBackup

    /// Compares what is derived with what the events say; changes nothing and holds nobody up.
    @available(*, noasync)
    func verify(progress: RebuildProgress) throws(StoreError) -> RebuildReport

    /// Replaces what is derived by what the events say. Writers wait meanwhile. `dimensions` are the names that the settings declare: what old
    /// messages say of them counts from then on; what was stored of other names stays.
    @available(*, noasync)
    func rebuild(dimensions: [String], progress: RebuildProgress) throws(StoreError) -> RebuildReport

    /// All checks, in the order in which they are made, of one opened store. With `quick` what takes long is left out.
    @available(*, noasync)
    func checks(quick: Bool) throws(StoreError) -> [StoreCheck]

    /// A look at the store's health that changes nothing in it and ends in time, also beside a running daemon. Throws for what is no store:
    /// another program's, a newer version's, one that cannot be read.
    @available(*, noasync)
    func examine() throws(StoreError) -> any StoreExamination

    /// The disk that the store is on, or will be; nil where the system does not say.
    @available(*, noasync)
    func disk() -> DiskSpace?
}

/// A backup that is about to be written.
package protocol StoreBackup {
    /// Copies, verifies what was written, and gives it its name only then; after an error nothing is left of it.
    ///
    /// `now` is noted in the store as the time of its last backup. `progress` is called between the parts of the work; what it throws ends the work.
    @available(*, noasync)
    func write(now: Timestamp, _ progress: (BackupProgress) throws -> Void) throws -> BackupReport
}

/// Belongs to the thread that opened it, but for ``interrupt``.
package protocol StoreExamination {
    /// The version of its schema; nil for an empty store or one of an older version, which the daemon brings up to date at its start.
    var schema: Int32? { get }

    /// What is damaged, one line each: nothing where it is whole; nil where it was interrupted.
    @available(*, noasync)
    func damage() throws(StoreError) -> [String]?

    /// Nil for a store of an older version.
    @available(*, noasync)
    func balance() throws(StoreError) -> BalanceReport?

    /// Ends the check that runs at the moment; for another thread, as long as the examination lives.
    var interrupt: @Sendable () -> Void { get }
}
