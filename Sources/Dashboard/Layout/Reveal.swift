internal import HTML
internal import JSON
internal import Staff
internal import Store

/// Personal values on demand: who asks for them says why, and that is kept before anything is shown.
struct Reveal {
    /// What is revealed: the id of a session, the address of a list of them, or the number of a message.
    let selection: String
    /// The page that has the form.
    let page: PageURL

    /// For operators, where the settings let them.
    static func isOffered(_ request: PageRequest) -> Bool { request.mayReveal && request.visitor.may(.operator) }

    func form(_ action: String, _ name: String, _ button: String, _ request: PageRequest, _ html: inout HTMLText) {
        html.element(
            "form", [.class("filters"), .attribute("method", "post"), .attribute("action", action)]
        ) { html in
            html.hidden(name, selection)
            html.hidden(
                "token",
                FormToken.make(request.visitor.formKey, route: "reveal", selection: selection, now: request.now))
            html.element("label") { html in
                html.text("Why")
                html.void(
                    "input",
                    [
                        .attribute("name", "reason"), .flag("required"), .attribute("minlength", "3"),
                        .attribute("maxlength", "500"), .attribute("size", "24"),
                    ])
            }
            html.element("button", [.class("quiet")], button)
        }
    }

    /// The reason, where everything is right with the form.
    func reason(_ request: PageRequest) throws(PageFault) -> String {
        guard request.mayReveal else {
            throw PageFault(
                403, "Personal values stay hidden",
                ["dashboard.reveal in the settings says that nobody may see them here."])
        }
        let back = [PageFault.Link("Back", page.text)]
        let reason = request.form?["reason"]?.split(whereSeparator: \.isWhitespace).joined(separator: " ") ?? ""
        guard reason.count >= 3 else {
            throw PageFault(
                400, "A reason is needed",
                ["Say in some words why you need to see personal values. It is kept with your name."], links: back)
        }
        guard
            FormToken.check(
                request.form?["token"] ?? "", request.visitor.formKey, route: "reveal", selection: selection,
                now: request.now) == .valid
        else {
            throw PageFault(
                403, "This page is too old", ["It was open for more than half an hour. Open it again."], links: back)
        }
        return String(reason.prefix(500))
    }

    /// - Parameter detail: Members of the row's detail, which say what was revealed.
    @available(*, noasync)
    func record(_ reason: String, _ desk: PageDesk, _ detail: (inout JSONText) -> Void) throws {
        var json = JSONText()
        json.object(detail)
        try desk.work.recordNow(
            NewOperation(.reveal, note: reason, detail: json.text), by: desk.request.visitor.asOperator)
    }
}
