package import Store

/// A store in one file of SQLite's.
package struct SQLiteEventStore: EventStore {
    package let location: StoreLocation

    package init(_ location: StoreLocation) { self.location = location }

    package var name: String { location.path }
    package var folder: String? { FolderPath.of(location.path) }
    package var sizes: [StoreSize] { location.sizes }
    package var publications: any PublicationLedger { SQLiteLedger(location) }
    package var operations: any OperationLedger { SQLiteOperations(location) }
    package var upkeep: any StoreUpkeep { SQLiteUpkeep(location) }

    @available(*, noasync)
    package func writer(_ models: StoreModels, progress: RebuildProgress) throws(StoreError) -> any EventWriter {
        try SQLiteWriter.open(location, models: models, progress: progress)
    }

    @available(*, noasync)
    package func writer(
        _ models: StoreModels, rememberedIn folders: String?, progress: RebuildProgress
    ) throws(StoreError) -> (writer: any EventWriter, opened: OpenedStore) {
        let known = try KnownStore(at: location, in: folders)
        let writer = try SQLiteWriter.open(location, models: models, progress: progress)
        return (writer, try known.take(writer))
    }

    @available(*, noasync)
    package func writerAgain(_ models: StoreModels) throws(StoreError) -> any EventWriter {
        try SQLiteWriter.reopen(location, models: models)
    }

    @available(*, noasync)
    package func reader() throws(StoreError) -> any StoreReader { try SQLiteReader.open(location) }

    @available(*, noasync)
    package func rollups() throws(StoreError) -> any RollupSource {
        try SQLiteRollups(SQLiteReader.open(location).database)
    }
}
