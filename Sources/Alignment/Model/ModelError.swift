import Events

/// Why a model file is refused: where, and one sentence. The caller exits 78 (configuration).
package struct ModelError: Error, Equatable, CustomStringConvertible {
    /// The name the file was given as.
    package var file = ""
    /// JSON Pointer (RFC 6901) to the culprit; empty for the whole file.
    package let pointer: String
    package let detail: String

    init(_ pointer: String, _ detail: String) {
        self.pointer = pointer
        self.detail = detail
    }

    /// `name` stands where only one of `known` may; a near miss is named.
    init(_ pointer: String, unknown name: String, among known: [String]) {
        self.init(pointer, notOneOf(known, found: name))
    }

    package var description: String {
        "could not load the alignment model \(file): \(pointer.isEmpty ? "" : "\(pointer): ")\(detail)"
    }

    static func checkName(_ text: String, at pointer: String) throws(ModelError) {
        guard (1...64).contains(text.unicodeScalars.count) else {
            throw ModelError(pointer, "\(quoted(text)) has \(text.unicodeScalars.count) characters, not 1 to 64")
        }
    }
}

/// The sentence for a word that is not among `known`: lists them where they are few, and names the one that was probably meant.
func notOneOf(_ known: [String], found: String) -> String {
    let listed =
        known.count <= 16 ? "one of \(known.joined(separator: ", "))" : "one of the \(known.count) that there are"
    let meant = NearMiss.find(found, among: known).map { "; did you mean \($0)?" } ?? ""
    return "\(quoted(found)) is not \(listed)\(meant)"
}
