internal import Spelling
package import TimeZones

extension MetricRequest {
    /// The zone of a name; UTC where none is given.
    package static func zone(named name: String?) throws(MetricRequestError) -> TimeZone {
        guard let name else { return .utc }
        do throws(TimeZoneProblem) { return try TimeZoneDatabase.zone(named: name) } catch {
            let near = NearMiss.find(name, among: TimeZoneDatabase.names()).map { "; did you mean \($0)?" } ?? ""
            throw MetricRequestError(
                .invalidWindow, "time_zone is \(MetricRequestError.quoted(name)), which \(error.reason)\(near)")
        }
    }

    package static func interval(_ word: String?) throws(MetricRequestError) -> MetricInterval? {
        try word.map { word throws(MetricRequestError) in
            if let interval = MetricInterval(rawValue: word) { return interval }
            throw MetricRequestError(unknown: word, of: "interval", among: MetricInterval.allCases.map(\.rawValue))
        }
    }

    package static func comparison(_ word: String?) throws(MetricRequestError) -> MetricComparison? {
        try word.map { word throws(MetricRequestError) in
            if let comparison = MetricComparison(rawValue: word) { return comparison }
            throw MetricRequestError(
                unknown: word, of: "compare", among: MetricComparison.allCases.map(\.rawValue))
        }
    }
}

extension MetricRequestError {
    fileprivate init(unknown word: String, of member: String, among known: [String]) {
        let near = NearMiss.find(word, among: known).map { "; did you mean \($0)?" } ?? ""
        self.init(
            .invalidWindow, "\(member) is \(Self.quoted(word)), not one of \(known.joined(separator: ", "))\(near)")
    }
}
