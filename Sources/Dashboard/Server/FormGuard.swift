internal import HTTPTypes
internal import Hummingbird
internal import Staff

/// Lets only requests through that are for this server and come from its own pages: also those for pages that do not exist. Probes and
/// scrapers ask under whatever name they have.
struct FormGuard: RouterMiddleware {
    typealias Context = PageContext

    let door: Door

    @concurrent
    func handle(
        _ request: Request, context: PageContext, next: @concurrent (Request, PageContext) async throws -> Response
    ) async throws -> Response {
        guard !ProbePages.paths.contains(request.uri.path) else { return try await next(request, context) }
        try door.checkHost(request, context)
        if request.method != .get, request.method != .head { try door.checkOrigin(request) }
        return try await next(request, context)
    }
}
