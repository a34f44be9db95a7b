internal import Events
internal import JSON
internal import Store

/// Writes rows of `_alignment_results`, or of its shadow.
struct AlignmentAppender {
    private let insert: Statement
    private let trackCount: Int
    let modelID: Int64

    /// Nil where there is no such model.
    static func make(_ database: Database, _ model: StoredModel?, isShadow: Bool) throws(StoreError)
        -> AlignmentAppender?
    {
        guard let model else { return nil }
        return try AlignmentAppender(database, model, isShadow: isShadow)
    }

    /// Makes the model known to the store, where it is not.
    init(_ database: Database, _ model: StoredModel, isShadow: Bool) throws(StoreError) {
        modelID = try Self.register(model, in: database)
        trackCount = model.tracks.count
        let columns = (0..<trackCount).map { "computed_\($0)" } + (0..<trackCount).map { "reported_\($0)" }
        let marks = String(repeating: ", ?", count: columns.count)
        insert = try database.prepareForMessage(
            """
            INSERT INTO \(AlignmentSchema.table(isShadow: isShadow)) (seq, model_id, answers, share, top_track, comparison, \(columns.joined(separator: ", ")))
            VALUES (?, ?, ?, ?, ?, ?\(marks))
            """)
    }

    func append(_ alignment: TrackAlignment, seq: Int64, values: [Double]) throws(StoreError) {
        precondition(alignment.values.count == 2 * trackCount, "one computed and one reported value for each track")
        insert.bind(1, seq)
        insert.bind(2, modelID)
        insert.bind(3, Int64(alignment.answers))
        insert.bind(4, alignment.topTrack == nil ? nil : alignment.share)
        insert.bind(5, alignment.topTrack.map { Int64($0) })
        insert.bind(6, Int64(alignment.comparison.rawValue))
        var place: Int32 = 7
        for index in alignment.values {
            // NaN is bound as NULL by SQLite itself.
            insert.bind(place, values[index])
            place += 1
        }
        try insert.run(doing: "append an alignment")
    }

    private static func register(_ model: StoredModel, in database: Database) throws(StoreError) -> Int64 {
        var names = JSONText()
        names.array { json in for track in model.tracks { json.string(track) } }
        let find = try database.prepare(
            "SELECT id FROM _alignment_models WHERE model = ? AND version = ? AND tracks = ?")
        func known() throws(StoreError) -> Int64? {
            find.bind(1, model.name)
            find.bind(2, model.version)
            find.bind(3, names.text)
            defer { find.reset() }
            return try find.step() ? find.integer(0) : nil
        }
        if let id = try known() { return id }
        return try database.inTransaction(doing: "make the model \(model.name) known") { () throws(StoreError) in
            if let id = try known() { return id }
            let insert = try database.prepare(
                "INSERT INTO _alignment_models (model, version, tracks) VALUES (?, ?, ?) RETURNING id")
            insert.bind(1, model.name)
            insert.bind(2, model.version)
            insert.bind(3, names.text)
            guard try insert.step() else { throw StoreError(.other, doing: "make the model known", why: "no row") }
            let id = insert.integer(0)
            insert.reset()
            let track = try database.prepare("INSERT INTO _alignment_tracks (model_id, place, track) VALUES (?, ?, ?)")
            for (place, name) in model.tracks.enumerated() {
                track.bind(1, id)
                track.bind(2, Int64(place))
                track.bind(3, name)
                try track.run()
            }
            return id
        }
    }
}
