internal import HTML

/// What is shown instead of a page.
enum FaultPage {
    static func answer(_ fault: PageFault, _ format: PageFormat, _ layout: Layout?) -> PageAnswer {
        guard format == .html else {
            return with(fault.fields, .text(fault.status, ([fault.title + "."] + fault.lines).joined(separator: "\n")))
        }
        func body(_ html: inout HTMLText) {
            html.element("section", [.class("fault")]) { html in
                html.element("h1", fault.title)
                for line in fault.lines { html.element("p", line) }
                html.element("ul", [.class("plainlist")]) { html in
                    for link in fault.links { html.element("li") { $0.link(link.text, link.url) } }
                }
            }
        }
        let page =
            layout.map { $0.page(fault.title, in: nil, status: fault.status, body) }
            ?? Layout.plain(fault.status, fault.title, body)
        return with(fault.fields, page)
    }

    private static func with(_ fields: [String: String], _ answer: PageAnswer) -> PageAnswer {
        var answer = answer
        answer.fields.merge(fields) { $1 }
        return answer
    }
}
