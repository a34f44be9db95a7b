internal import Alignment
internal import JSON

/// A model that a setting names, and where it was found.
struct ModelInUse {
    /// `model` or `shadow`.
    let setting: String
    let model: AlignmentModel

    /// For people: `och-tier0 1 (built in)`, or with its path.
    var title: String { "\(model.name) \(model.version) (\(model.file))" }

    /// For programs: `{"name": …, "version": …, "from": "built in" or a path}`.
    func write(to json: inout JSONText) {
        json.member("name", model.name)
        json.member("version", model.version)
        json.member("from", model.file)
    }
}
