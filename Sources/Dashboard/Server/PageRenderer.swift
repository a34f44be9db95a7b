package import Events
internal import Staff
package import Store
internal import TimeZones

/// Makes pages without a server, for benchmarks and tests: as an auditor who is an operator sees them.
package final class PageRenderer {
    private let reader: PageReader
    private let view: DaemonView

    package init(_ store: any EventStore, _ view: DaemonView) {
        reader = PageReader(store)
        self.view = view
    }

    /// What is answered to a path of ``Routes`` without a name in it, with a query; nil where there is no such page.
    @available(*, noasync)
    package func answer(_ path: String, _ query: String = "", now: Timestamp) throws -> PageAnswer? {
        guard
            let (route, format) = Routes.all.lazy.compactMap({ route in
                route.paths.first { $0.path == path }.map { (route, $0.format ?? .html) }
            }).first, let values = FormValues(encoded: query)
        else { return nil }
        let visitor = Visitor(
            name: "bench", roles: Set(StaffRole.allCases), way: .session, peer: "127.0.0.1", formKey: FormKey())
        let request = PageRequest(
            PageURL(path, values).bare(format), format: format, visitor: visitor, now: now, zone: .utc)
        reader.deadline = .now + PageReader.limit
        return try route.make(PageDesk(request, view, reader, NoWork()) { [] })
    }
}

/// Nothing is done here.
private struct NoWork: StaffWork {
    func begin(_ task: QuarantineTask) async throws -> Int64 { 0 }
    func delay(of operation: Int64) -> String? { nil }
    func stop(_ operation: Int64, by operator: Operator) async throws {}
    func recordNow(_ operation: NewOperation, by operator: Operator) throws {}
    func record(_ operation: NewOperation, by operator: Operator) {}
}
