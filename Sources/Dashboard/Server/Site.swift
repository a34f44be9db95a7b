internal import HTTPTypes
internal import Hummingbird
package import Logging
internal import MetricsCatalogue
internal import Staff
package import Store
internal import Threads

/// Everything that is served: probes and scrapers on one side, pages on the other.
package struct Site: Sendable {
    private static let mostWaiting = 32

    private let probes: ProbePages
    private let view: DaemonView
    let door: Door
    private let signIn: SignIn
    private let queue: WorkQueue<PageReader>
    private let lives: LiveStreams
    private let work: any StaffWork

    package init(
        _ probes: ProbePages, _ view: DaemonView, _ door: Door, _ store: any EventStore, logger: Logger,
        work: any StaffWork
    ) throws {
        self.probes = probes
        self.view = view
        self.door = door
        self.work = work
        signIn = try SignIn(door, work, logger: logger)
        queue = try WorkQueue(named: "pages", limit: Self.mostWaiting) { PageReader(store) }
        lives = LiveStreams(view, queue)
    }

    func responder() -> RouterResponder<PageContext> {
        let router = Router(context: PageContext.self)
        router.add(middleware: ShieldMiddleware())
        router.add(middleware: FormGuard(door: door))
        addProbes(to: router)
        for asset in Asset.all {
            on(router, asset.path, [.get]) { _, _ in
                PageAnswer(
                    status: 200, contentType: asset.contentType, bytes: asset.bytes,
                    fields: ["Cache-Control": "public, max-age=31536000, immutable"])
            }
        }
        let pages = router.group()
        signIn.addRoutes { path, methods, make in on(pages, path, methods, make) }
        addPages(to: pages)
        lives.add(to: pages, door)
        return router.buildResponder()
    }

    // MARK: Probes

    private func addProbes(to router: Router<PageContext>) {
        for path in ProbePages.paths {
            on(router, path, [.get]) { request, _ in
                probes.answer(
                    method: request.method.rawValue, path: path, authorization: request.headers[.authorization])
            }
        }
    }

    // MARK: Pages

    /// A path may have a page and a form.
    private func addPages(to group: RouterGroup<PageContext>) {
        var pages: [String: (route: Route, format: PageFormat?)] = [:]
        for route in Routes.all { for (path, format) in route.paths { pages[path] = (route, format) } }
        let actions = Dictionary(uniqueKeysWithValues: Action.all.map { ($0.path, $0) })
        for path in Set(pages.keys).union(actions.keys) {
            let (page, action) = (pages[path], actions[path])
            on(group, path, (page == nil ? [] : [.get]) + (action == nil ? [] : [.post])) { request, context in
                if request.method == .post, let action { return try await act(action, request, context) }
                guard let page else { throw HTTPError(.notFound) }
                return try await answer(
                    page.route, page.format ?? page.route.format(of: request.uri.path), request, context)
            }
        }
    }

    private func answer(
        _ route: Route, _ format: PageFormat, _ request: Request, _ context: PageContext
    ) async throws -> PageAnswer {
        let visitor = try door.visitor(of: request, context, format)
        let query = try Self.query(request)
        // A page has one address.
        if format == .html, route.path.hasSuffix("/"), !request.uri.path.hasSuffix("/") {
            return .redirect(308, to: PageURL(request.uri.path + "/", query).text)
        }
        let page = try pageRequest(request, query, format, nil, context, visitor)
        return try await make(page, route.roles, route.make)
    }

    /// On the thread of the pages.
    private func make(_ page: PageRequest, _ roles: [StaffRole], _ maker: @escaping PageMaker) async throws
        -> PageAnswer
    {
        do {
            return try await queue.run { [view, work, door] reader in
                reader.deadline = .now + PageReader.limit
                let desk = PageDesk(page, view, reader, work) { door.sessions.sessions }
                do {
                    guard roles.contains(where: page.visitor.may) else {
                        throw Door.missing(roles, page.visitor)
                    }
                    return try maker(desk)
                } catch let fault as PageFault {
                    return FaultPage.answer(fault, page.format, desk.layout)
                } catch {
                    reader.close()
                    return FaultPage.answer(Self.fault(error), page.format, desk.layout)
                }
            }
        } catch is WorkQueue<PageReader>.Busy {
            throw PageFault(
                503, "Too many pages at once", ["Try again in a moment."], fields: ["Retry-After": "2"])
        }
    }

    private func act(_ action: Action, _ request: Request, _ context: PageContext) async throws -> PageAnswer {
        let visitor = try door.visitor(of: request, context, .html)
        guard visitor.way != .token, visitor.may(action.role) else { throw Door.missing([action.role], visitor) }
        let page = try pageRequest(request, try Self.query(request), .html, try await request.form(), context, visitor)
        return try await action.act(
            page, ActionDesk(work: work, door: door) { request, maker in try await make(request, [action.role], maker) }
        )
    }

    private func pageRequest(
        _ request: Request, _ query: FormValues, _ format: PageFormat, _ form: FormValues?, _ context: PageContext,
        _ visitor: Visitor
    ) throws -> PageRequest {
        var name: String?
        if let raw = context.parameters.get("name") {
            let ending = format == .html ? "" : ".\(format.rawValue)"
            guard let decoded = URLText.decoded(raw.hasSuffix(ending) ? raw.dropLast(ending.count) : raw[...]) else {
                throw PageFault.notFound("This address has a broken escape.")
            }
            name = decoded
        }
        let rules = door.current
        // What is wrong with it, the page says.
        let zone = query["tz"].flatMap { try? MetricRequest.zone(named: $0) } ?? rules.settings.timeZone
        return PageRequest(
            PageURL(request.uri.path, query).bare(format), format: format, name: name, form: form, visitor: visitor,
            now: wallClock(), zone: zone, mayReveal: rules.settings.mayReveal,
            declared: rules.declared)
    }

    private static func query(_ request: Request) throws(PageFault) -> FormValues {
        guard let query = FormValues(encoded: request.uri.query ?? "") else {
            throw PageFault(
                400, "This address does not work",
                ["Its query is no UTF-8, has a broken escape, or too many parameters."])
        }
        return query
    }

    private static func fault(_ error: any Error) -> PageFault {
        PageFault(
            503, "The numbers cannot be read at the moment", ["\(error)"],
            links: [PageFault.Link("Try again", "")], fields: ["Retry-After": "5"])
    }

    // MARK: Routing

    /// Answers the methods, and every other one with 405 and the list of these.
    private func on(
        _ router: some RouterMethods<PageContext>, _ path: String, _ methods: [HTTPRequest.Method],
        _ make: @escaping @Sendable (Request, PageContext) async throws -> PageAnswer
    ) {
        let queue = queue
        let path = RouterPath(path)
        let answered = methods.contains(.get) ? methods + [.head] : methods
        for method in answered {
            router.on(path, method: method) { request, context in
                Response(try await make(request, context), isHead: request.method == .head, queue)
            }
        }
        for method in [HTTPRequest.Method.get, .head, .post, .put, .patch, .delete, .options, .trace]
        where !answered.contains(method) {
            let allowed = answered.map(\.rawValue).joined(separator: ", ")
            router.on(path, method: method) { _, _ -> Response in
                Response(.text(405, "only \(allowed) are understood here", ["Allow": allowed]))
            }
        }
    }
}
