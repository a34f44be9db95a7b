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

    /// Reason codes, as they stand in `quarantine.reason`; facts and sums hold their numbers.
    package enum Reason: String, Sendable, CaseIterable, StoredCode {
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
        /// Found by the store: the identity is taken by different content.
        case identityConflict = "identity_conflict"
        /// A text that no store can hold, because it has the character U+0000.
        case invalidCharacter = "invalid_character"
        /// Found by the loop, redelivered too often to be tried again; or by the store, which refuses its rows.
        case poison

        package var code: UInt8 {
            switch self {
            case .tooLarge: 0
            case .tooDeep: 1
            case .notJSON: 2
            case .notAnObject: 3
            case .notUTF8: 4
            case .unsupportedEncoding: 5
            case .missingField: 6
            case .wrongType: 7
            case .outOfRange: 8
            case .tooShort: 9
            case .tooLong: 10
            case .unknownValue: 11
            case .invalidTime: 12
            case .missingTime: 13
            case .timeOutOfRange: 14
            case .invalidIP: 15
            case .unknownKind: 16
            case .ambiguousKind: 17
            case .outcomeConflict: 18
            case .poison: 19
            case .identityConflict: 20
            case .invalidCharacter: 21
            }
        }
    }
}
