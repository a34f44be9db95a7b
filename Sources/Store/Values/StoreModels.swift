internal import Events

/// The models whose alignments a writer stores.
package struct StoreModels: Sendable, Equatable {
    package var primary: StoredModel?
    package var shadow: StoredModel?

    package init(primary: StoredModel? = nil, shadow: StoredModel? = nil) {
        self.primary = primary
        self.shadow = shadow
    }
}

/// A model as the store knows it: what the rows it made mean.
package struct StoredModel: Sendable, Equatable {
    /// A row has as many columns.
    package static let capacity = 16

    package var name: String
    package var version: String
    /// In the model's order, at most 16.
    package var tracks: [String]

    package init(name: String, version: String, tracks: [String]) {
        precondition(tracks.count <= Self.capacity, "a model has at most \(Self.capacity) tracks")
        self.name = name
        self.version = version
        self.tracks = tracks
    }

    package static func == (left: StoredModel, right: StoredModel) -> Bool { left.names.elementsEqual(right.names) }

    private var names: [ByteKey] { ([name, version] + tracks).map { ByteKey($0) } }
}
