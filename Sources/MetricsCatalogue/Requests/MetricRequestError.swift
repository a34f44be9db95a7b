internal import JSON
internal import Spelling

/// Why a request is refused.
package struct MetricRequestError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        case unknownMetric = "unknown_metric"
        case invalidRequest = "invalid_request"
        case invalidDays = "invalid_days"
        case invalidWindow = "invalid_window"
        case unsupportedGroupBy = "unsupported_group_by"
        case unsupportedFilter = "unsupported_filter"
    }

    package let code: Code
    package let message: String
    package var description: String { message }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(unknown name: String) {
        let near = NearMiss.find(name, among: MetricCatalogue.names).map { "; did you mean \($0)?" } ?? ""
        self.init(.unknownMetric, "there is no metric \(Self.quoted(name))\(near)")
    }

    /// The document that answers the request instead of a result.
    package var json: String {
        "{\"error\":{\"code\":\"\(code.rawValue)\",\"message\":\(JSONText.quoted(message))}}"
    }

    /// What somebody wrote, and no more of it than a sentence bears.
    static func quoted(_ text: String) -> String { JSONText.quoted(String(text.prefix(64))) }
}
