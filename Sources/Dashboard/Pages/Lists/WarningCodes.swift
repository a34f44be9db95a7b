internal import Events

/// Which warnings can be about which messages.
enum WarningCodes {
    private static let anyMessage: [Warning.Code] = [
        .memberIgnored, .coerced, .contentType, .byteOrderMark, .encodedTwice,
    ]

    static let intelligence = ([.missingVersion] + anyMessage).map(\.rawValue)
    static let profiler = Warning.Code.allCases.filter { $0 != .missingVersion }.map(\.rawValue)
}
