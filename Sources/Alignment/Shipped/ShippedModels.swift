/// The models that are part of the program, so that a binary alone scores; the files of `config/alignment`, byte for byte.
package enum ShippedModels {
    private static let files: [(name: String, json: [UInt8])] = [
        ("och-tier0", PackageResources.och_tier0_json),
        ("och-tier0-profile", PackageResources.och_tier0_profile_json),
    ]

    /// As ``json(named:)`` takes them.
    package static var names: [String] { files.map(\.name) }

    /// The bytes of a model file; nil where none of that name is shipped.
    package static func json(named name: String) -> [UInt8]? {
        files.first { $0.name.utf8.elementsEqual(name.utf8) }?.json
    }
}
