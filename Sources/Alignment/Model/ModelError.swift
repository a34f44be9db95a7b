package import JSON

/// Why a model file is refused. The caller exits 78 (configuration).
package struct ModelError: Error, Equatable, CustomStringConvertible {
    /// The name the file was given as.
    package let file: String
    package let flaw: JSONError

    package var description: String { "could not load the alignment model \(file): \(flaw)" }
}
