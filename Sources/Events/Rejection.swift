/// Why a message is refused: a reason code, where, and one sentence of what was found and what was expected.
package struct Rejection: Sendable, Equatable {
    package var reason: Reason
    /// JSON Pointer (RFC 6901) to the culprit; empty for the whole document.
    package var pointer: String
    package var detail: String

    /// How many errors of a message are put into words and kept; the rest of them are only counted.
    package static let keptPerMessage = 32

    package init(_ reason: Reason, at pointer: String, _ detail: String) {
        self.reason = reason
        self.pointer = pointer
        self.detail = detail
    }

    /// Reason codes, as they stand in `quarantine.reason`.
    package enum Reason: String, Sendable, CaseIterable {
        case tooLarge = "too_large"
        case tooDeep = "too_deep"
        case notJSON = "not_json"
        case notAnObject = "not_an_object"
        case notUTF8 = "not_utf8"
        case unsupportedEncoding = "unsupported_encoding"
        case missingField = "missing_field"
        case wrongType = "wrong_type"
        case outOfRange = "out_of_range"
        case tooShort = "too_short"
        case tooLong = "too_long"
        case unknownValue = "unknown_value"
        case invalidTime = "invalid_time"
        case missingTime = "missing_time"
        case timeOutOfRange = "time_out_of_range"
        case invalidIP = "invalid_ip"
        case unknownKind = "unknown_kind"
        case ambiguousKind = "ambiguous_kind"
        /// Found by the store: the signal has an outcome already.
        case outcomeConflict = "outcome_conflict"
        /// Found by the loop: redelivered too often to be tried again.
        case poison
    }
}
