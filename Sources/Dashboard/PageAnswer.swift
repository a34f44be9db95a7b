/// What a request is answered with; no more of HTTP than the pages need.
package struct PageAnswer: Sendable, Equatable {
    package var status: Int
    package var contentType: String
    package var body: String
    /// Further header fields.
    package var fields: [String: String] = [:]

    static func text(_ status: Int, _ body: String, _ fields: [String: String] = [:]) -> PageAnswer {
        PageAnswer(status: status, contentType: "text/plain; charset=utf-8", body: body + "\n", fields: fields)
    }

    static func json(_ status: Int, _ body: String) -> PageAnswer {
        PageAnswer(status: status, contentType: "application/json", body: body)
    }
}
