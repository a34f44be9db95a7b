import Events
internal import Store
import StoreFixtures
import Testing

@testable import SQLiteStore

@Suite struct AlignmentRowsTests {
    let store: TemporaryStore
    private let model = StoredModel(name: "m", version: "1", tracks: ["defender", "grc"])
    init() throws { store = try TemporaryStore() }

    private func rows() throws -> [String] {
        let rows = try store.client().prepare(
            """
            SELECT seq || ' ' || track || ' ' || model || ' ' || model_version || ' ' || ifnull(computed, '-') || ' ' || ifnull(reported, '-')
                   || ' ' || is_shadow
            FROM profiler_alignments ORDER BY is_shadow, seq, track
            """)
        var lines: [String] = []
        while try rows.step() { lines.append(rows.text(0)) }
        return lines
    }

    /// Two computed and two reported percentages of the batch's delivery; NaN for none.
    private func align(_ batch: DeliveryBatch, _ delivery: Int, _ values: [Double], isShadow: Bool = false) {
        let first = batch.alignmentValues.count
        batch.alignmentValues += values
        batch.alignments.append(
            TrackAlignment(
                delivery: delivery, isShadow: isShadow, answers: 3, share: 0.25, topTrack: values[0].isNaN ? nil : 0,
                values: first..<batch.alignmentValues.count))
    }

    @Test func `each track of a message is a row, with the reported value beside the computed one`() throws {
        var builder = BatchBuilder()
        builder.profiler("p1", at: 1, session: "s")
        builder.recommendation("r1", at: 1)
        builder.profiler("p2", at: 1, session: "s")
        align(builder.batch, 0, [61.25, 20, 60, .nan])
        align(builder.batch, 2, [.nan, .nan, .nan, 7.5])
        _ = try SQLiteWriter.open(store.location, models: StoreModels(primary: model)).append(builder.batch)
        #expect(
            try rows() == ["1 defender m 1 61.25 60.0 0", "1 grc m 1 20.0 - 0", "3 grc m 1 - 7.5 0"])
    }

    @Test func `a shadow's rows are marked and its model is its own`() throws {
        var builder = BatchBuilder()
        builder.profiler("p1", at: 1, session: "s")
        align(builder.batch, 0, [61.25, 20, .nan, .nan])
        align(builder.batch, 0, [1, 2, .nan, .nan], isShadow: true)
        let shadow = StoredModel(name: "m", version: "2", tracks: ["grc", "defender"])
        let models = StoreModels(primary: model, shadow: shadow)
        _ = try SQLiteWriter.open(store.location, models: models).append(builder.batch)
        #expect(
            try rows() == [
                "1 defender m 1 61.25 - 0", "1 grc m 1 20.0 - 0", "1 defender m 2 2.0 - 1", "1 grc m 2 1.0 - 1",
            ])
    }

    @Test func `a model is registered once, and rows keep the model that made them`() throws {
        for version in ["1", "1", "2"] {
            var model = model
            model.version = version
            var builder = BatchBuilder()
            let stored = try store.writer().database.integer("SELECT count(*) FROM profiler_events") ?? 0
            builder.profiler("p\(stored)", at: 1, session: "s")
            align(builder.batch, 0, [1, 2, .nan, .nan])
            _ = try SQLiteWriter.open(store.location, models: StoreModels(primary: model)).append(builder.batch)
        }
        #expect(try store.count("_alignment_models") == 2)
        #expect(try rows().map { $0.split(separator: " ")[3] } == ["1", "1", "1", "1", "2", "2"])
    }

    @Test func `an open writer takes up other models, and back, without a second registration`() throws {
        let writer = try SQLiteWriter.open(store.location, models: StoreModels(primary: model))
        let wide = StoredModel(name: "wide", version: "1", tracks: ["x", "y", "z"])
        func append(_ name: String, _ models: StoreModels, _ values: [Double]) throws {
            var builder = BatchBuilder()
            builder.profiler(name, at: 1, session: name)
            align(builder.batch, 0, values)
            try writer.use(models)
            _ = try writer.append(builder.batch)
        }
        try append("p1", StoreModels(primary: model), [1, 2, .nan, .nan])
        try append("p2", StoreModels(primary: wide), [3, 4, 5, .nan, .nan, .nan])
        try append("p3", StoreModels(primary: model), [6, 7, .nan, .nan])
        #expect(
            try rows() == [
                "1 defender m 1 1.0 - 0", "1 grc m 1 2.0 - 0", "2 x wide 1 3.0 - 0", "2 y wide 1 4.0 - 0",
                "2 z wide 1 5.0 - 0", "3 defender m 1 6.0 - 0", "3 grc m 1 7.0 - 0",
            ])
        #expect(try store.count("_alignment_models") == 2)
    }

    @Test func `a duplicate adds no alignment`() throws {
        var builder = BatchBuilder()
        builder.profiler("p1", at: 1, session: "s")
        builder.profiler("p1", at: 1, session: "s")
        align(builder.batch, 0, [1, 2, .nan, .nan])
        align(builder.batch, 1, [1, 2, .nan, .nan])
        _ = try SQLiteWriter.open(store.location, models: StoreModels(primary: model)).append(builder.batch)
        #expect(try rows().count == 2)
    }
}
