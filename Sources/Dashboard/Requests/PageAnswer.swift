/// What a request is answered with; no more of HTTP than the pages need.
package struct PageAnswer: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Pieces, each made on the thread of the pages, until there are no more. An error breaks the answer off.
        case pieces(any PieceSource)
    }

    package var status: Int
    package var contentType: String
    package var body: Body
    /// Further header fields; `Set-Cookie` among them.
    package var fields: [String: String] = [:]

    package init(status: Int, contentType: String, bytes: [UInt8], fields: [String: String] = [:]) {
        self.status = status
        self.contentType = contentType
        body = .bytes(bytes)
        self.fields = fields
    }

    package init(status: Int = 200, contentType: String, pieces: any PieceSource, fields: [String: String] = [:]) {
        self.status = status
        self.contentType = contentType
        body = .pieces(pieces)
        self.fields = fields
    }

    /// Of an answer that is not in pieces.
    package var text: String {
        if case .bytes(let bytes) = body { String(decoding: bytes, as: UTF8.self) } else { "" }
    }

    static func text(_ status: Int, _ text: String, _ fields: [String: String] = [:]) -> PageAnswer {
        PageAnswer(
            status: status, contentType: "text/plain; charset=utf-8", bytes: Array((text + "\n").utf8), fields: fields)
    }

    static func json(_ status: Int, _ text: String) -> PageAnswer {
        PageAnswer(status: status, contentType: "application/json", bytes: Array(text.utf8))
    }

    /// After a form, and where a page has moved.
    static func redirect(_ status: Int = 303, to url: String, _ fields: [String: String] = [:]) -> PageAnswer {
        PageAnswer(
            status: status, contentType: "text/plain; charset=utf-8", bytes: [],
            fields: fields.merging(["Location": url]) { $1 })
    }
}

/// Makes the pieces of a long answer one by one.
package protocol PieceSource: AnyObject, Sendable {
    /// Nil at the end. Called by one thread at a time.
    @available(*, noasync)
    func next(_ reader: PageReader) throws -> [UInt8]?
}
