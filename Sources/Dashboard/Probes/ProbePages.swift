internal import Status

/// What probes and scrapers are answered.
package struct ProbePages: Sendable {
    static let paths = ["/health/live", "/health/ready", "/metrics", "/"]

    private let view: DaemonView
    /// What clients must show for everything but `/health/…`; nil where nothing is asked for.
    private let token: String?

    package init(_ view: DaemonView, token: String?) {
        self.view = view
        self.token = token
    }

    /// - Parameters:
    ///   - path: As in the request line; a query is ignored.
    ///   - authorization: The header field of that name.
    package func answer(method: String, path: String, authorization: String?) -> PageAnswer {
        let path = path.prefix { $0 != "?" }
        if !path.hasPrefix("/health/"), !isAllowed(authorization) {
            return .text(401, "a token is needed: Authorization: Bearer TOKEN", ["WWW-Authenticate": "Bearer"])
        }
        guard method == "GET" || method == "HEAD" else {
            return .text(405, "only GET and HEAD are understood", ["Allow": "GET, HEAD"])
        }
        switch path {
        case "/health/live":
            let health = Health(view.ingest.snapshot)
            return .json(health.hang == nil ? 200 : 503, health.liveDocument)
        case "/health/ready":
            let health = Health(
                view.ingest.snapshot, troubles: view.replies.troubles + view.topology.troubles)
            return .json(health.obstacle == nil ? 200 : 503, health.readyDocument)
        case "/metrics":
            return PageAnswer(status: 200, contentType: PrometheusText.contentType, bytes: Array(view.metricsPage.utf8))
        default: return .text(404, "there are /health/live, /health/ready and /metrics")
        }
    }

    private func isAllowed(_ authorization: String?) -> Bool {
        guard let token else { return true }
        let parts = (authorization ?? "").split(separator: " ", maxSplits: 1)
        return parts.count == 2 && parts[0].lowercased() == "bearer" && ConstantTime.isSame(parts[1], token)
    }
}
