/// Why a page is not shown: what a person is told instead of it.
package struct PageFault: Error, Sendable, Equatable {
    package var status: Int
    package var title: String
    /// Sentences.
    package var lines: [String]
    /// Where to go from here.
    package var links: [Link] = []
    package var fields: [String: String] = [:]

    package struct Link: Sendable, Equatable {
        package var text: String
        package var url: String

        package init(_ text: String, _ url: String) {
            self.text = text
            self.url = url
        }
    }

    package init(_ status: Int, _ title: String, _ lines: [String], links: [Link] = [], fields: [String: String] = [:])
    {
        self.status = status
        self.title = title
        self.lines = lines
        self.links = links
        self.fields = fields
    }

    package static func notFound(_ line: String, links: [Link] = []) -> PageFault {
        PageFault(404, "There is nothing here", [line], links: links + [Link("The overview", "/telemetry/")])
    }
}
