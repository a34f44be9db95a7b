internal import MetricsCatalogue
internal import TimeZones
internal import Events
internal import HTML
internal import Staff
internal import Threads

/// What stands around every page.
struct Layout {
    let view: DaemonView
    var request: PageRequest
    /// In the window of the page.
    var refused: RefusedMessages?
    let began = monotonicClock()

    /// - Parameters:
    ///   - live: The name of the stream that keeps the numbers of the page up to date; nil where nothing moves.
    ///   - mark: What the stream counts from.
    ///   - refresh: After so many seconds the page is read again.
    func page(
        _ title: String, in section: Section?, status: Int = 200, asOf: Timestamp? = nil, live: String? = nil,
        mark: Int64? = nil, formats: [PageFormat] = [], refresh: Int? = nil, _ body: (inout HTMLText) -> Void
    ) -> PageAnswer {
        var html = HTMLText()
        html.doctype()
        html.element("html", [.attribute("lang", "en")]) { html in
            Self.head(title, refresh: refresh, to: &html)
            html.element(
                "body",
                [.attribute("data-stream", live), .attribute("data-mark", live == nil ? nil : mark.map { "\($0)" })]
            ) { html in
                html.link("Skip to the content", "#content", class: "skip")
                html.element("header", [.class("top")]) { html in
                    html.element("div", [.class("bar")]) { html in
                        Self.brand(to: &html)
                        navigation(section, to: &html)
                        account(to: &html)
                    }
                    StateBar(view, asOf: asOf ?? request.now, refused).write(to: &html, request)
                }
                html.element("main", [.id("content"), .attribute("tabindex", "-1")]) { html in body(&html) }
                footer(formats, asOf, to: &html)
            }
        }
        return Self.answer(status, html)
    }

    /// A page with nothing around it: for who is not signed in.
    static func plain(
        _ status: Int, _ title: String, fields: [String: String] = [:], _ body: (inout HTMLText) -> Void
    ) -> PageAnswer {
        var html = HTMLText()
        html.doctype()
        html.element("html", [.attribute("lang", "en")]) { html in
            head(title, to: &html)
            html.element("body", [.class("plain")]) { html in
                html.element("main", [.id("content")]) { html in
                    brand(to: &html)
                    body(&html)
                }
            }
        }
        var answer = answer(status, html)
        answer.fields = fields
        return answer
    }

    private static func answer(_ status: Int, _ html: HTMLText) -> PageAnswer {
        PageAnswer(status: status, contentType: "text/html; charset=utf-8", bytes: html.bytes)
    }

    private static func head(_ title: String, refresh: Int? = nil, to html: inout HTMLText) {
        html.element("head") { html in
            html.void("meta", [.attribute("charset", "utf-8")])
            // Without a script, too, what goes on is seen to go on.
            if let refresh {
                html.void("meta", [.attribute("http-equiv", "refresh"), .attribute("content", "\(refresh)")])
            }
            html.element("title", title == "Alidade" ? title : "\(title) · Alidade")
            html.void(
                "meta", [.attribute("name", "viewport"), .attribute("content", "width=device-width, initial-scale=1")])
            html.void("meta", [.attribute("name", "color-scheme"), .attribute("content", "light dark")])
            html.void("link", [.attribute("rel", "stylesheet"), .href(Asset.style.path)])
            html.void("link", [.attribute("rel", "icon"), .href(Asset.icon.path)])
            html.element("script", [.attribute("src", Asset.script.path), .flag("defer")], "")
        }
    }

    private static func brand(to html: inout HTMLText) {
        html.element("a", [.href("/telemetry/"), .class("brand")]) { html in
            html.element("svg", [.attribute("viewBox", "0 0 24 24"), .attribute("aria-hidden", "true")]) { html in
                html.element("circle", [.attribute("cx", "12"), .attribute("cy", "12"), .attribute("r", "9.5")], "")
                html.element("path", [.attribute("d", "M5 17.5 19 6.5M12 12l3.2 6"), .class("rule")], "")
                html.element(
                    "circle", [.attribute("cx", "12"), .attribute("cy", "12"), .attribute("r", "2"), .class("pin")], "")
            }
            html.text("Alidade")
        }
    }

    private func navigation(_ active: Section?, to html: inout HTMLText) {
        html.element("nav", [.class("sections"), .attribute("aria-label", "Pages")]) { html in
            for section in Section.navigation where request.visitor.may(section.role) {
                html.element(
                    "a",
                    [
                        .href(PageURL(section.path).with("tz", request.url.query["tz"]).text),
                        .attribute("aria-current", section == active ? "page" : nil),
                    ],
                    section.rawValue)
            }
        }
    }

    private func account(to html: inout HTMLText) {
        let roles = StaffRole.allCases.filter { request.visitor.may($0) }.map(\.rawValue)
        html.element("div", [.class("account")]) { html in
            html.element("span", [.attribute("title", "Roles: \(roles.joined(separator: ", "))")]) { html in
                html.text(request.visitor.name)
                html.element("small", roles.count > 1 ? roles.dropFirst().joined(separator: ", ") : roles.first ?? "")
            }
            guard request.visitor.way == .session else { return }
            html.element("form", [.attribute("method", "post"), .attribute("action", "/logout")]) { html in
                html.element("button", [.class("quiet")], "Sign out")
            }
        }
    }

    private func footer(_ formats: [PageFormat], _ asOf: Timestamp?, to html: inout HTMLText) {
        html.element("footer") { html in
            html.element("p") { html in
                let milliseconds = Double((monotonicClock() - began) / 1000) / 1000
                html.text(
                    "Alidade \(view.build.first?.value ?? "") · times in \(request.zone.name) · made in \(Words.metric.oneDecimal(milliseconds)) ms"
                )
            }
            html.element("p", [.class("links")]) { html in
                for format in formats { html.link(format.rawValue.uppercased(), request.url.format(format)) }
                // Of what moves with time, and can be shown as it was.
                if let asOf {
                    html.element(
                        "a", [.id("frozen"), .href(request.url.with("until", RFC3339.text(asOf)).text)], "Frozen link")
                }
                html.link("Find an event", "/telemetry/where/")
                html.link("Definitions", "/telemetry/definitions/")
            }
        }
    }
}
