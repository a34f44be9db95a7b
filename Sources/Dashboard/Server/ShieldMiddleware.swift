internal import HTTPTypes
internal import Hummingbird

/// What every answer says to browsers, also 401, 404 and 503: nothing from elsewhere, no frames, no guessing of types, no copies.
struct ShieldMiddleware: RouterMiddleware {
    typealias Context = PageContext

    private static let fields: [(name: String, value: String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
                + "base-uri 'none'; frame-ancestors 'none'"
        ),
        ("X-Frame-Options", "DENY"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ]

    @concurrent
    func handle(
        _ request: Request, context: PageContext, next: @concurrent (Request, PageContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do { response = try await next(request, context) } catch let fault as PageFault {
            response = Response(
                FaultPage.answer(fault, PageFormat(ofPath: request.uri.path), nil), isHead: request.method == .head)
        } catch let error as HTTPError {
            let fault: PageFault =
                error.status == .notFound
                ? .notFound("No page has this address.") : PageFault(error.status.code, error.status.reasonPhrase, [])
            response = Response(
                FaultPage.answer(fault, PageFormat(ofPath: request.uri.path), nil), isHead: request.method == .head)
        }
        for (name, value) in Self.fields {
            if let name = HTTPField.Name(name) { response.headers[name] = value }
        }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }
}

extension PageFormat {
    /// By the ending of a path.
    init(ofPath path: String) {
        let ending = path.split(separator: ".").last.map(String.init) ?? ""
        self = PageFormat.allCases.first { $0 != .html && $0.rawValue == ending && path.contains(".") } ?? .html
    }
}
