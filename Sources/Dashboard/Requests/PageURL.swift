/// A path and a query: all the state that a page has.
package struct PageURL: Sendable, Equatable {
    package var path: String
    package var query: FormValues

    package init(_ path: String, _ query: FormValues = FormValues()) {
        self.path = path
        self.query = query
    }

    package init(_ path: String, _ pairs: KeyValuePairs<String, String>) {
        self.init(path, FormValues(pairs.map { FormValues.Pair($0.key, $0.value) }))
    }

    package var text: String { query.pairs.isEmpty ? path : "\(path)?\(query.encoded)" }

    /// The same with this value in place of all of that name; without it where the value is nil.
    package func with(_ name: String, _ value: String?) -> PageURL {
        var copy = without(name)
        if let value { copy.query.pairs.append(FormValues.Pair(name, value)) }
        return copy
    }

    package func with(_ pairs: KeyValuePairs<String, String?>) -> PageURL {
        pairs.reduce(self) { $0.with($1.key, $1.value) }
    }

    package func without(_ names: String...) -> PageURL {
        PageURL(path, FormValues(query.pairs.filter { !names.contains($0.name) }))
    }

    /// `/telemetry/events/` as `/telemetry/events.csv`.
    package func format(_ format: PageFormat) -> PageURL {
        guard format != .html else { return self }
        return PageURL("\(path.hasSuffix("/") ? path.dropLast() : path[...]).\(format.rawValue)", query)
    }

    /// The page that a file of this format is of: `/telemetry/events.csv` as `/telemetry/events/`.
    package func bare(_ format: PageFormat) -> PageURL {
        guard format != .html, path.hasSuffix(".\(format.rawValue)") else { return self }
        return PageURL("\(path.dropLast(format.rawValue.count + 1))/", query)
    }
}

/// As what a page is wanted: the ending of its path, `/` for HTML.
package enum PageFormat: String, Sendable, CaseIterable {
    case html
    case json
    case csv
    case svg
}
