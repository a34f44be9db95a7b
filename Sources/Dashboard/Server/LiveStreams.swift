internal import Events
internal import HTTPTypes
internal import Hummingbird
internal import MetricsCatalogue
internal import NIOCore
internal import Synchronization
internal import Threads
internal import TimeZones

/// Numbers that move, as server-sent events: for each page one set of texts, computed once for all who look at it.
final class LiveStreams: Sendable {
    /// Each is a connection; a browser opens one for each tab that is seen.
    static let most = 32
    /// Of one visitor at one address.
    private static let mostOfVisitor = 8

    private static let mostKept = 16
    private static let longest = Duration.seconds(15)

    /// What a stream tells of.
    private struct Subject: Sendable {
        var page: String
        /// Of a list: what it filters by.
        var query: FormValues
        /// Whose clocks the page goes by.
        var zone: TimeZone

        init(_ page: String, _ query: FormValues, _ zone: TimeZone) {
            (self.page, self.query, self.zone) = (page, query, zone)
        }

        /// What is computed once for all streams.
        var key: String { ListArrivals.names.contains(page) ? query.encoded : "\(page) \(zone.name)" }
    }

    private struct State {
        var count = 0
        var byVisitor: [String: Int] = [:]
        /// By subject.
        var last: [String: (at: ContinuousClock.Instant, values: LiveValues)] = [:]
    }

    private let view: DaemonView
    private let queue: WorkQueue<PageReader>
    private let state = Mutex(State())

    init(_ view: DaemonView, _ queue: WorkQueue<PageReader>) {
        self.view = view
        self.queue = queue
    }

    func add(to group: RouterGroup<PageContext>, _ door: Door) {
        group.get("/telemetry/live/values") { [self] request, context in
            _ = try door.visitor(of: request, context, .json, isUse: false)
            let values = try await values(of: Self.subject(request, door), every: .zero)
            return Response(.json(200, values.json()))
        }
        group.get("/telemetry/live/stream") { [self] request, context in
            let visitor = try door.visitor(of: request, context, .json, isUse: false)
            let subject = try Self.subject(request, door)
            let who = "\(visitor.name) \(visitor.peer)"
            guard enter(who) else {
                throw PageFault(
                    503, "Too many streams",
                    [
                        "\(Self.most) pages show live numbers already, or \(Self.mostOfVisitor) of yours. The numbers are read again every 30 seconds."
                    ],
                    fields: ["Retry-After": "30"])
            }
            var fields = HTTPFields()
            fields[.contentType] = "text/event-stream"
            fields[.cacheControl] = "no-store"
            return Response(
                status: .ok, headers: fields,
                body: ResponseBody { [self] writer in
                    defer { leave(who) }
                    try await run(
                        subject, door, { try door.visitor(of: request, context, .json, isUse: false) }, &writer)
                    try await writer.finish(nil)
                })
        }
    }

    private static func subject(_ request: Request, _ door: Door) throws -> Subject {
        guard let query = FormValues(encoded: request.uri.query ?? ""), let page = query["page"],
            LiveValues.pages.contains(page)
        else { throw PageFault.notFound("No page of this name has live numbers.") }
        guard let name = query["tz"], !name.isEmpty else { return Subject(page, query, door.zone) }
        do throws(MetricRequestError) { return Subject(page, query, try MetricRequest.zone(named: name)) } catch {
            throw PageFault(400, "This address does not work", [error.message + "."])
        }
    }

    private func enter(_ who: String) -> Bool {
        state.withLock { state in
            guard state.count < Self.most, state.byVisitor[who, default: 0] < Self.mostOfVisitor else { return false }
            state.count += 1
            state.byVisitor[who, default: 0] += 1
            return true
        }
    }

    private func leave(_ who: String) {
        state.withLock { state in
            state.count -= 1
            let left = state.byVisitor[who, default: 1] - 1
            state.byVisitor[who] = left > 0 ? left : nil
        }
    }

    @concurrent
    private func run(
        _ subject: Subject, _ door: Door, _ check: @Sendable () throws -> Visitor,
        _ writer: inout any ResponseBodyWriter
    ) async throws {
        try await writer.write(ByteBuffer(string: "retry: 5000\n\n"))
        var (shown, shownNew) = ("", String?.none)
        var shownAt = ContinuousClock.now
        while !Task.isCancelled {
            let refresh = door.current.settings.refresh
            // Who was signed out, or lost the role, hears nothing more.
            do { _ = try check() } catch {
                return try await writer.write(ByteBuffer(string: "event: bye\ndata: {}\n\n"))
            }
            if let refresh, let values = try? await values(of: subject, every: refresh) {
                let content = values.content
                // That nothing has changed is told as well, now and then: as of when the numbers are.
                if content != shown || shownAt.duration(to: .now) > Self.longest {
                    (shown, shownAt) = (content, .now)
                    try await writer.write(ByteBuffer(string: "event: values\ndata: \(values.json())\n\n"))
                }
                if let new = values.newEvents, new != shownNew {
                    shownNew = new
                    try await writer.write(ByteBuffer(string: "event: new\ndata: \(new)\n\n"))
                }
            }
            // With each turn, so that a page that was left is found out at once.
            try await writer.write(ByteBuffer(string: ":\n\n"))
            try await Task.sleep(for: refresh ?? .seconds(5))
        }
    }

    /// The texts of a page, at most so old.
    private func values(of subject: Subject, every age: Duration) async throws -> LiveValues {
        let key = subject.key
        if let known = state.withLock({ $0.last[key] }), known.at.duration(to: .now) < age { return known.values }
        let view = view
        let values = try await queue.run { reader in
            reader.deadline = .now + PageReader.limit
            return try LiveValues(subject.page, subject.query, view, reader, now: wallClock(), zone: subject.zone)
        }
        state.withLock { state in
            // Of the zones that somebody asked for once.
            if state.last.count >= Self.mostKept { state.last.removeAll() }
            state.last[key] = (.now, values)
        }
        return values
    }
}
