import Events
import Glibc
import SQLiteStore
import Store

/// A store that is filled in this process, without broker and files: for what is measured of a store of a certain size.
struct BenchStore {
    static let tracks = ["defender", "offensive", "grc", "innovation", "leadership"]

    let location: StoreLocation
    private let writer: SQLiteWriter
    private var generator: MessageGenerator
    private var decoder = DecoderBox()
    private var random = SplitMix64(state: 11)
    /// CPU seconds of this thread spent in `append`.
    private(set) var appendSeconds = 0.0

    /// Events go from `days` ago to now.
    init(_ folder: ScratchFolder, events: Int, days: Int, seed: UInt64 = 42) throws {
        location = StoreLocation(path: folder.path + "/alidade.db")
        let model = StoredModel(name: "bench", version: "1", tracks: Self.tracks)
        writer = try SQLiteWriter.open(location, models: StoreModels(primary: model))
        let start = Int64(time(nil)) - Int64(days) * 86_400
        generator = MessageGenerator(
            seed: seed, start: start, microsecondsBetween: Int64(days) * 86_400_000_000 / Int64(events))
    }

    /// Decodes and appends `count` messages in batches of 2000.
    mutating func fill(_ count: Int) throws {
        let batch = DeliveryBatch()
        var rest = count
        while rest > 0 {
            batch.removeAll()
            for index in 0..<min(rest, 2000) {
                let message = generator.next()
                let body = batch.bytes.append(message.body)
                let now = Int64(time(nil)) * 1_000_000
                batch.deliveries.append(
                    Delivery(tag: 1, queue: message.isProfiler ? .profiler : .intelligence, receivedAt: now, body: body)
                )
                decoder.decide(index, in: batch, now: now)
                if message.isProfiler { align(index, batch) }
            }
            rest -= batch.count
            let before = threadCPUSeconds()
            let result = try writer.append(batch)
            appendSeconds += threadCPUSeconds() - before
            guard result.stored == batch.count else {
                throw Program.Failed(description: "\(result.stored) of \(batch.count) messages were stored")
            }
        }
    }

    /// Has `count` messages refused, for a few faults.
    mutating func refuse(_ count: Int) throws {
        let batch = DeliveryBatch()
        var rest = count
        while rest > 0 {
            batch.removeAll()
            for index in 0..<min(rest, 2000) {
                let message = generator.next()
                let body = batch.bytes.append(Self.spoiled(message.body, index))
                let now = Int64(time(nil)) * 1_000_000 - Int64(rest - index) * 3_000_000
                batch.deliveries.append(
                    Delivery(tag: 1, queue: message.isProfiler ? .profiler : .intelligence, receivedAt: now, body: body)
                )
                decoder.decide(index, in: batch, now: now)
            }
            rest -= batch.count
            let result = try writer.append(batch)
            guard result.quarantined == batch.count else {
                throw Program.Failed(description: "\(result.quarantined) of \(batch.count) messages were refused")
            }
        }
    }

    private static func spoiled(_ body: String, _ number: Int) -> String {
        switch number % 4 {
        case 0: String(body.dropLast())
        case 1: "[\(body)]"
        default:
            body.replacing("user_id", with: "user").replacing("outcome_status", with: "status")
        }
    }

    private mutating func align(_ index: Int, _ batch: DeliveryBatch) {
        let first = batch.alignmentValues.count
        for _ in Self.tracks { batch.alignmentValues.append(Double.random(in: 0...100, using: &random)) }
        for _ in Self.tracks { batch.alignmentValues.append(Double(Int.random(in: 0...1000, using: &random)) / 10) }
        batch.alignments.append(
            TrackAlignment(
                delivery: index, isShadow: false, answers: 10, share: 1, topTrack: index % Self.tracks.count,
                values: first..<batch.alignmentValues.count))
    }
}

/// A decoder that can be a member of a copyable struct.
private final class DecoderBox {
    private var decoder = MessageDecoder(limits: DecodingLimits())

    func decide(_ index: Int, in batch: DeliveryBatch, now: Timestamp) { decoder.decide(index, in: batch, now: now) }
}

func threadCPUSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
