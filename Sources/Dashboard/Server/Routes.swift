internal import Staff

/// Every page there is. What is not here answers 404; what is here is only for who has its role.
enum Routes {
    static let all: [Route] = [
        .page("/telemetry/", make: OverviewPage.make),
        .page("/telemetry/events/", [.html, .json, .csv, .svg], make: EventListPage<RecommendationListing>.make),
        .page("/telemetry/outcomes/", [.html, .json, .csv, .svg], make: EventListPage<OutcomeListing>.make),
        .page("/telemetry/activity/", [.html, .json, .csv, .svg], make: EventListPage<ViewListing>.make),
        .page("/telemetry/signals/:name/", [.html, .json], make: SignalPage.make),
        .page("/telemetry/sessions/", [.html, .json, .csv], make: SessionsPage.make),
        .page("/telemetry/sessions/:name/", [.html, .json], make: SessionPage.make),
        .page("/telemetry/alignment/", [.html, .json, .csv, .svg], make: AlignmentPage.make),
        .page("/telemetry/quality/", [.html, .json, .csv, .svg], make: QualityPage.make),
        .page("/telemetry/live/", [.html, .json], make: LivePage.make),
        .page("/telemetry/where/", [.html, .json], make: WherePage.make),
        .page("/telemetry/quarantine/", [.html, .json, .csv], make: QuarantinePage.make),
        .page("/telemetry/quarantine/selection/", for: .operator, make: SelectionPage.make),
        .page("/telemetry/quarantine/:name/", for: .operator, make: QuarantineEntryPage.make),
        .page("/telemetry/quarantine/:name/body", for: .operator, make: QuarantineEntryPage.download),
        .page("/telemetry/operations/", [.html, .json, .csv], for: .auditor, make: OperationsPage.make),
        .page(
            "/telemetry/operations/:name/", [.html, .json, .csv], for: .operator, .auditor, make: OperationPage.make),
        .page("/telemetry/metrics/", [.html, .json, .csv], make: MetricsPage.make),
        .page("/telemetry/metrics/:name/", [.html, .json, .csv, .svg], make: MetricPage.make),
        .page("/telemetry/definitions/", make: DefinitionsPage.make),
    ]
}
