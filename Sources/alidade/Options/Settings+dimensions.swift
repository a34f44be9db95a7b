internal import DaemonSettings
internal import Events
internal import MetricsCatalogue
internal import Store

extension Settings {
    /// `ingest.dimensions`. Throws where a name has a meaning already, in messages, in the store or in requests.
    func declaredDimensions() throws(Failure) -> [String] {
        for name in ingest.dimensions {
            guard let meaning = Self.meaning(of: name) else { continue }
            throw ExitStatus.configuration.error(
                "ingest.dimensions: \(name) is \(meaning) already; declare members that Alidade does not know")
        }
        return ingest.dimensions
    }

    private static func meaning(of name: String) -> String? {
        if MetricRequest.fixedDimensions.contains(name) { return "a dimension" }
        if KnownMembers.names.contains(name) { return "a member with a meaning of its own" }
        if let table = StoreDictionary.tablesAndViews.first(where: { $0.columns.contains { $0.name == name } }) {
            return "a column (of \(table.name))"
        }
        return MetricCSV.columns.contains(name) ? "a column (of alidade metrics --csv)" : nil
    }
}
