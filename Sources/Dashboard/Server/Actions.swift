internal import Events
internal import Staff
internal import Store

/// What changes something: a form that was sent, and what is done then.
struct Action: Sendable {
    let path: String
    let role: StaffRole
    let act: @Sendable (PageRequest, ActionDesk) async throws -> PageAnswer

    static let all: [Action] = [
        Action(path: "/telemetry/quarantine/selection/", role: .operator) { request, desk in
            let operation = try await desk.work.begin(SelectionPage.task(request))
            return .redirect(to: "/telemetry/operations/\(operation)/")
        },
        Action(path: "/telemetry/operations/:name/stop", role: .operator) { request, desk in
            guard let id = request.name.flatMap({ Int64($0) }) else {
                throw PageFault.notFound("There is no operation of this number.")
            }
            try await desk.work.stop(id, by: request.visitor.asOperator)
            return .redirect(to: "/telemetry/operations/\(id)/")
        },
        Action(path: "/telemetry/sessions/:name/reveal", role: .operator) { request, desk in
            // One session, or a list of them as a file.
            try await desk.page(request, request.form?["list"] == nil ? SessionPage.reveal : SessionsPage.reveal)
        },
        Action(path: "/telemetry/quarantine/:name/reveal", role: .operator) { request, desk in
            try await desk.page(request, QuarantineEntryPage.reveal)
        },
        Action(path: "/telemetry/operations/sessions/end", role: .auditor) { request, desk in
            desk.door.sessions.end(id: request.form?["session"] ?? "")
            return .redirect(to: "/telemetry/operations/")
        },
    ]
}

/// What an action has at hand.
struct ActionDesk: Sendable {
    let work: any StaffWork
    let door: Door
    /// Makes a page on the thread of the pages.
    let page: @Sendable (PageRequest, @escaping PageMaker) async throws -> PageAnswer
}
