import Events
import Foundation

@testable import SQLiteStore
@testable import Store

/// A store in a folder of its own, filled with random events in batches of random sizes, with rollbacks and restarts in between.
final class RandomStore {
    static let tracks = ["defender", "offensive", "grc"]
    let folder: URL
    var location: StoreLocation { StoreLocation(path: folder.appendingPathComponent("alidade.db").path) }
    private var events: RandomEvents
    private var writer: SQLiteWriter
    private var decoder: MessageDecoder
    private let dimensions: [String]
    /// Whether each batch is decided by a worker that declares some of the dimensions at random.
    var declaresAtRandom = false
    private var received = RandomEvents.now - 20 * 86_400_000_000

    /// With `isDense` all events happen within a few hours, so that a slot holds very many. With `dimensions` profiler messages say `cohort` and
    /// `tenant`.
    init(seed: UInt64, isDense: Bool = false, dimensions: [String] = []) throws {
        self.dimensions = dimensions
        decoder = MessageDecoder(limits: DecodingLimits(), dimensions: dimensions)
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("alidade-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        events = RandomEvents(seed: seed)
        events.isDense = isDense
        events.hasDimensions = !dimensions.isEmpty
        writer = try Self.open(folder)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private static func open(_ folder: URL) throws -> SQLiteWriter {
        let path = folder.appendingPathComponent("alidade.db").path
        let model = StoredModel(name: "m", version: "1", tracks: tracks)
        let writer = try SQLiteWriter.open(StoreLocation(path: path), models: StoreModels(primary: model))
        // So that a test of some thousand events has many merges.
        writer.rollups.mergeBytes = 9000
        writer.sessions.mergeThreshold = 25
        writer.sessions.slice = 7
        writer.rollups.merge.partBytes = 700
        return writer
    }

    func add(_ count: Int) throws {
        var rest = count
        while rest > 0 {
            let size = min(rest, 1 + events.pick(120))
            rest -= size
            let batch = makeBatch(size)
            if events.chance(15) { try failToCommit(batch) }
            _ = try writer.append(batch)
            if events.chance(5) { writer = try Self.open(folder) }
            if events.chance(5) { try addByAnotherProcess() }
        }
    }

    /// A batch that somebody else commits between two of ours.
    private func addByAnotherProcess() throws {
        _ = try Self.open(folder).append(makeBatch(1 + events.pick(60)))
    }

    /// A transaction that does everything but commit.
    private func failToCommit(_ batch: DeliveryBatch) throws {
        try writer.dryRun { _ = try writer.append(batch) }
    }

    /// Stores what is in quarantine as if it had become good; how many were.
    func replayAll() throws -> Int {
        var stored = 0
        let reader = try SQLiteReader.open(location)
        try reader.forEachQuarantinedBatch(QuarantineFilter(), batchSize: 50) { batch, ids in
            for index in batch.deliveries.indices {
                let body = batch.bytes.append(
                    #"{"session_id":"s\#(events.pick(40))","user_id":1,"completion_status":"finished","event_id":"\#(ids[index])"}"#
                )
                batch.deliveries[index].queue = .profiler
                batch.deliveries[index].body = body
                batch.deliveries[index].properties.timestamp = UInt64(events.time() / 1_000_000)
                decoder.decide(index, in: batch, now: RandomEvents.now)
            }
            let tester = Operator(name: "tester", way: .commandLine)
            let outcomes = try writer.replay(batch, quarantineIDs: ids, note: nil, by: tester, now: RandomEvents.now)
            stored += outcomes.count { $0 == .stored }
        }
        return stored
    }

    private func makeBatch(_ size: Int) -> DeliveryBatch {
        let batch = DeliveryBatch()
        if declaresAtRandom {
            let declared = dimensions.filter { _ in events.chance(60) }
            decoder = MessageDecoder(limits: DecodingLimits(), dimensions: declared)
        }
        for index in 0..<size {
            let message = events.next()
            received += Timestamp(events.pick(2_000_000_000))
            let body = batch.bytes.append(message.body)
            batch.deliveries.append(Delivery(tag: 1, queue: message.queue, receivedAt: received, body: body))
            decoder.decide(index, in: batch, now: RandomEvents.now)
            guard case .profiler = batch.decisions[index], events.chance(80) else { continue }
            align(index, in: batch)
        }
        return batch
    }

    /// What a model might have said.
    private func align(_ index: Int, in batch: DeliveryBatch) {
        let first = batch.alignmentValues.count
        var computed = Self.tracks.map { _ in Double.random(in: 0...100, using: &events.random) }
        let isComputed = events.chance(80)
        if !isComputed { computed = computed.map { _ in .nan } }
        let reported = Self.tracks.map { _ in events.chance(60) ? Double(events.pick(1000)) / 10 : .nan }
        guard isComputed || reported.contains(where: { !$0.isNaN }) else { return }
        batch.alignmentValues += computed + reported
        let top = isComputed ? computed.firstIndex(of: computed.max() ?? 0) : nil
        batch.alignments.append(
            TrackAlignment(
                delivery: index, isShadow: false, answers: 1, share: 1, topTrack: top,
                values: first..<batch.alignmentValues.count))
    }
}
