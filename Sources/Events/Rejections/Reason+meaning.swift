extension Rejection.Reason {
    /// One sentence; names are in backticks.
    package var meaning: String {
        switch self {
        case .tooLarge: "The body is longer than `ingest.max_message_bytes`."
        case .tooDeep: "Objects and arrays are nested too deep."
        case .notJSON: "The body is not JSON."
        case .notAnObject: "The body is JSON, but not an object."
        case .notUTF8: "The body, or the id of the event, is not UTF-8."
        case .unsupportedEncoding:
            "The AMQP properties announce an encoding that is not read, or another one than the body has."
        case .missingField: "A required member is absent or null."
        case .wrongType: "A member has a value of another type."
        case .outOfRange: "A number is too small or too large."
        case .tooShort: "A text is empty where it must not be."
        case .tooLong: "A text has too many characters, or an array or object too many entries."
        case .unknownValue: "A word is not one of those that the member may have."
        case .invalidTime: "A time is not an RFC 3339 time with an offset."
        case .missingTime: "Nothing says when the event occurred."
        case .timeOutOfRange: "The event is said to have occurred before 2000 or in the future."
        case .invalidIP: "An address is neither IPv4 nor IPv6."
        case .unknownKind: "Nothing says which kind of intelligence event it is."
        case .ambiguousKind: "An intelligence event is of two kinds at once."
        case .outcomeConflict: "The signal has another outcome already."
        case .identityConflict: "The event's id, at its time, is taken by an event with other content."
        case .invalidCharacter: "A text that is needed has the character U+0000."
        case .poison: "The message was tried too often without success."
        }
    }
}

extension Warning.Code {
    /// One sentence; names are in backticks.
    package var meaning: String {
        switch self {
        case .missingVersion: "An intelligence event has no `explanation_version`."
        case .unknownTrack: "A reported track is not one of the alignment model."
        case .unknownQuestion: "An answer is to a question that the alignment model does not have."
        case .unknownOption: "An answer is an option that the question does not have."
        case .timeOrder: "A session's times are in the wrong order."
        case .moduleTimeExceedsTotal: "The modules took longer than the whole session."
        case .attemptWithoutReset: "A second attempt is not explained by a reset."
        case .alignmentDrift: "The reported alignment is far from the computed one, or has another top track."
        case .memberIgnored: "A member that is not required cannot be used, or is given twice."
        case .coerced: "A value is spelled unusually and has one meaning all the same."
        case .contentType: "The AMQP property `content_type` is another than that of JSON, and the body is JSON."
        case .byteOrderMark: "The body begins with a byte order mark."
        case .encodedTwice: "The body is a JSON text inside a JSON text."
        case .attemptCountContradicts: "A locked session has made no attempt."
        case .sessionUserChanged: "The session was another user's until then."
        case .difficultyContradictsExposure: "The difficulty is more than two levels from the technical exposure score."
        case .recommendationContradictsAlignment:
            "The recommended track is more than 5 points below the top one of the reported alignment."
        }
    }
}
