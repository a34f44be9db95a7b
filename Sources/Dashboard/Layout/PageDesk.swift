internal import Status
internal import Events
internal import MetricsCatalogue
internal import Staff
internal import Store

/// What a page is made from: the request, the daemon, and a store to read.
struct PageDesk {
    private(set) var request: PageRequest
    let view: DaemonView
    let reader: PageReader
    let work: any StaffWork
    /// Who is signed in.
    let signedIn: @Sendable () -> [Session]
    private(set) var layout: Layout

    init(
        _ request: PageRequest, _ view: DaemonView, _ reader: PageReader, _ work: any StaffWork,
        signedIn: @escaping @Sendable () -> [Session]
    ) {
        self.request = request
        self.view = view
        self.reader = reader
        self.work = work
        self.signedIn = signedIn
        layout = Layout(view: view, request: request)
    }

    /// The same for a page about a window: with its clocks, and with what was refused in it.
    @available(*, noasync)
    func of(_ choice: WindowChoice) throws -> PageDesk {
        var desk = self
        desk.request.zone = choice.zone
        desk.layout.request.zone = choice.zone
        desk.layout.refused = try RefusedMessages(in: choice.window, days: choice.days, reader)
        return desk
    }

    var parameters: Parameters { Parameters(request.url) }

    /// The answers to a request for metrics, as it would come over AMQP, by name.
    @available(*, noasync)
    func answers(to request: MetricRequest, at now: Timestamp) throws -> [String: MetricAnswer] {
        let answers = try reader.metrics().answers(
            to: request, now: now, backlogs: view.replies.backlogs, deadline: reader.deadline)
        return Dictionary(answers.map { ($0.definition.name, $0) }) { $1 }
    }
}

/// Makes an answer; on the thread of the pages.
typealias PageMaker = @Sendable (PageDesk) throws -> PageAnswer
