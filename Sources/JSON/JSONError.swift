/// Why a document is refused: where, and one sentence.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    /// JSON Pointer (RFC 6901) to the culprit; empty for the whole document.
    package let pointer: String
    package let detail: String

    package init(_ pointer: String, _ detail: String) {
        self.pointer = pointer
        self.detail = detail
    }

    package var description: String { "\(pointer.isEmpty ? "" : "\(pointer): ")\(detail)" }
}
