package import Events
package import TimeZones

/// What a page is asked; no more of HTTP than the pages need.
package struct PageRequest: Sendable {
    package var url: PageURL
    package var format: PageFormat
    /// What the path names: an id, the name of a metric.
    package var name: String?
    /// What was sent with POST; nil for GET.
    package var form: FormValues?
    package var visitor: Visitor
    package var now: Timestamp
    /// What pages show times in where the URL does not say.
    package var zone: TimeZone
    /// Whether operators may see personal values.
    package var mayReveal: Bool
    /// The dimensions that the settings declare.
    package var declared: [String]
    /// What administrators are called where the page hides who they are; nil where they are shown.
    package var pseudonyms: Pseudonyms? { url.query["anonymous"] == "1" ? names : nil }
    private let names = Pseudonyms()

    package init(
        _ url: PageURL, format: PageFormat = .html, name: String? = nil, form: FormValues? = nil, visitor: Visitor,
        now: Timestamp, zone: TimeZone, mayReveal: Bool = true, declared: [String] = []
    ) {
        self.url = url
        self.format = format
        self.name = name
        self.form = form
        self.visitor = visitor
        self.now = now
        self.zone = zone
        self.mayReveal = mayReveal
        self.declared = declared
    }
}
