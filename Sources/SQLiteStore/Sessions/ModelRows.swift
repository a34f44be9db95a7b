internal import Store

/// The rows of `_alignment_models`, read once each: they never change.
final class ModelRows {
    private let findModel: Statement
    private let findTracks: Statement
    private var known: [Int64: StoredModel] = [:]

    init(_ database: Database) throws(StoreError) {
        findModel = try database.prepare("SELECT model, version FROM main._alignment_models WHERE id = ?")
        findTracks = try database.prepare("SELECT track FROM main._alignment_tracks WHERE model_id = ? ORDER BY place")
    }

    /// Of a model that is not there, what an empty one would be.
    func model(_ id: Int64) throws(StoreError) -> StoredModel {
        if let known = known[id] { return known }
        findModel.bind(1, id)
        defer { findModel.reset() }
        guard try findModel.step() else { return StoredModel(name: "?", version: "?", tracks: []) }
        var tracks: [String] = []
        findTracks.bind(1, id)
        defer { findTracks.reset() }
        while try findTracks.step() { tracks.append(findTracks.text(0)) }
        let model = StoredModel(name: findModel.text(0), version: findModel.text(1), tracks: tracks)
        known[id] = model
        return model
    }
}
