/// A store at its place, as it is configured: opens it for those who write, read and look after it.
///
/// Of the program, only the composition root knows which kind of store it is. Nothing is opened before it is asked for; every call may wait
/// for a disk or a server, and belongs on a thread that may. What is opened belongs to the thread that opened it.
package protocol EventStore: Sendable {
    /// Where it is, as people name it: a path, or a URL without its password.
    var name: String { get }
    /// The folder its files are in; nil for a store that has none on this machine.
    var folder: String? { get }

    /// Opens the store to write, makes it if it is missing, and brings its schema and its derived tables up to date; `progress` is told of the
    /// latter, which may take minutes.
    @available(*, noasync)
    func writer(_ models: StoreModels, progress: RebuildProgress) throws(StoreError) -> any EventWriter

    /// The same, for a daemon: throws where it had a store at this place and that one is gone, or is another one now. `folders` is
    /// `$STATE_DIRECTORY`, systemd's folders for what must stay: the daemon remembers there which store it has.
    @available(*, noasync)
    func writer(
        _ models: StoreModels, rememberedIn folders: String?, progress: RebuildProgress
    ) throws(StoreError) -> (writer: any EventWriter, opened: OpenedStore)

    /// Opens a store that was open before: where it is gone, an empty one must not take its place.
    @available(*, noasync)
    func writerAgain(_ models: StoreModels) throws(StoreError) -> any EventWriter

    /// Opens a store that exists and is of this version; a running daemon does not notice.
    @available(*, noasync)
    func reader() throws(StoreError) -> any StoreReader

    /// Opens the source of the metrics.
    @available(*, noasync)
    func rollups() throws(StoreError) -> any RollupSource

    /// Opens nothing.
    var publications: any PublicationLedger { get }

    /// Opens nothing.
    var operations: any OperationLedger { get }

    /// Opens nothing.
    var upkeep: any StoreUpkeep { get }

    /// How much room its parts take, for `/metrics`; cheap.
    var sizes: [StoreSize] { get }
}
