/// Something odd about a message that is stored all the same; kept with it and counted.
package struct Warning: Sendable, Equatable {
    package var code: Code
    /// JSON Pointer (RFC 6901) to the culprit; empty for the whole document.
    package var pointer: String
    package var detail: String

    /// How many warnings of a message are put into words and kept; the rest of them are only counted.
    package static let keptPerMessage = 32

    package init(_ code: Code, at pointer: String, _ detail: String) {
        self.code = code
        self.pointer = pointer
        self.detail = detail
    }

    /// For the last one kept of a message that has more.
    package mutating func mention(_ leftOut: Int) {
        detail += "; \(leftOut) more warnings of this message are left out"
    }

    /// Warning codes, as they stand in `event_warnings.code`; facts and sums hold their numbers.
    package enum Code: String, Sendable, CaseIterable, StoredCode {
        case missingVersion = "missing_version"
        case unknownTrack = "unknown_track"
        case unknownQuestion = "unknown_question"
        case unknownOption = "unknown_option"
        case timeOrder = "time_order"
        case moduleTimeExceedsTotal = "module_time_exceeds_total"
        case attemptWithoutReset = "attempt_without_reset"
        case alignmentDrift = "alignment_drift"
        case memberIgnored = "member_ignored"
        case coerced
        case contentType = "content_type"
        case byteOrderMark = "byte_order_mark"
        case encodedTwice = "encoded_twice"
        case attemptCountContradicts = "attempt_count_contradicts"
        case sessionUserChanged = "session_user_changed"
        case difficultyContradictsExposure = "difficulty_contradicts_exposure"
        case recommendationContradictsAlignment = "recommendation_contradicts_alignment"

        package var code: UInt8 {
            switch self {
            case .missingVersion: 0
            case .unknownTrack: 1
            case .unknownQuestion: 2
            case .unknownOption: 3
            case .timeOrder: 4
            case .moduleTimeExceedsTotal: 5
            case .attemptWithoutReset: 6
            case .alignmentDrift: 7
            case .memberIgnored: 8
            case .coerced: 9
            case .contentType: 10
            case .byteOrderMark: 11
            case .encodedTwice: 12
            case .attemptCountContradicts: 13
            case .sessionUserChanged: 14
            case .difficultyContradictsExposure: 15
            case .recommendationContradictsAlignment: 16
            }
        }
    }
}
