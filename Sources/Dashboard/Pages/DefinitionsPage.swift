internal import Rollups
internal import Events
internal import HTML
internal import MetricsCatalogue
internal import Store

/// What every number, table, reason and code means, from where the program has it.
enum DefinitionsPage {
    static func make(_ desk: PageDesk) throws -> PageAnswer {
        var parameters = desk.parameters
        parameters.ignore("until")
        try parameters.finish()
        return desk.layout.page("Definitions", in: .definitions) { html in
            html.element("div", [.class("head")]) { html in
                html.element("div") { html in
                    html.element("h1", "Definitions")
                    html.element(
                        "p",
                        "What every number on these pages means. Reports, replies over AMQP and the command line use the same definitions."
                    )
                }
            }
            html.panel("Metrics", class: "block") { html in
                for definition in MetricCatalogue.all { metric(definition, &html) }
            }
            html.panel(
                "Why a message is refused", class: "block", note: "It is kept whole in quarantine, and can be replayed."
            ) { html in
                html.table("Reasons", [TableHead("Reason"), TableHead("What it means")]) { html in
                    for reason in Rejection.Reason.allCases {
                        row(reason.rawValue, reason.meaning, &html)
                    }
                }
            }
            html.panel("Warnings", class: "block", note: "The message is stored; something about it is odd.") { html in
                html.table("Warnings", [TableHead("Code"), TableHead("What it means")]) { html in
                    for code in Warning.Code.allCases { row(code.rawValue, code.meaning, &html) }
                }
            }
            html.panel("Tables", class: "block", note: "What SQL can ask of the store.") { html in
                for table in StoreDictionary.tables {
                    html.element("h3", [.id("table-\(table.name)")], table.name)
                    html.element("p", [.class("note")], table.meaning)
                    html.table(
                        "Columns of \(table.name)", [TableHead("Column"), TableHead("Type"), TableHead("Meaning")]
                    ) { html in
                        for column in table.columns {
                            html.element("tr") { html in
                                html.cell(column.name, class: "mono")
                                html.cell(column.type.rawValue)
                                html.cell(column.meaning)
                            }
                        }
                    }
                }
            }
        }
    }

    private static func row(_ name: String, _ meaning: String, _ html: inout HTMLText) {
        html.element("tr", [.id(name)]) { html in
            html.cell(name, class: "mono t")
            html.cell(meaning)
        }
    }

    private static func metric(_ definition: MetricDefinition, _ html: inout HTMLText) {
        html.element("article", [.class("block"), .id(definition.name)]) { html in
            html.element("h3") { html in
                html.link(definition.name, "/telemetry/metrics/\(definition.name)/")
                html.element("span", [.class("tag")], "version \(definition.version)")
            }
            html.element("p", definition.text.replacing("`", with: ""))
            let dimensions = definition.groupable.map(\.name)
            if !dimensions.isEmpty {
                html.element("p", [.class("note")], "Can be split by \(dimensions.joined(separator: ", ")).")
            }
            html.element("details") { html in
                html.element("summary", [.class("note")], "What its result holds")
                html.element("dl", [.class("facts")]) { html in fields(definition.shape, "", &html) }
            }
        }
    }

    /// Every member that has a meaning, with its place in the result.
    private static func fields(_ shape: MetricShape, _ path: String, _ html: inout HTMLText) {
        func members(_ members: [MetricShape.Member], _ path: String) {
            for member in members {
                html.fact(path + member.name) { $0.text(member.meaning.replacing("`", with: "")) }
                fields(member.shape, "\(path)\(member.name).", &html)
            }
        }
        switch shape {
        case .object(let inner): members(inner, path)
        case .map(let of, let inner): fields(inner, "\(path)‹\(of)›.", &html)
        case .mapWith(let of, let inner, let beside):
            fields(inner, "\(path)‹\(of)›.", &html)
            members(beside, path)
        case .words(_, let inner): fields(inner, "\(path)‹name›.", &html)
        case .wordsBeside(_, let inner, let beside):
            fields(inner, "\(path)‹name›.", &html)
            members(beside, path)
        case .array(let inner, _): fields(inner, "\(path)[].", &html)
        default: break
        }
    }
}
