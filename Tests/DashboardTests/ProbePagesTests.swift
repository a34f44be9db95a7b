import Dashboard
import Events
import Logging
import Status
import Store
import Testing

struct ProbePagesTests {
    private static let secret = "tökén with a blank"

    private func pages(
        token: String? = nil, replies: ReplyStatus = ReplyStatus(), operation: OperationFigures = OperationFigures()
    ) -> ProbePages {
        ProbePages(
            DaemonView(
                ingest: IngestStatus(), topology: TopologyStatus(logger: Logger(label: "test")), replies: replies,
                build: [("version", "1\"2")], storeSizes: { [StoreSize("store", "Its size.", bytes: 42)] },
                operation: { operation }),
            token: token)
    }

    private func get(_ path: String, from pages: ProbePages, _ authorization: String? = nil) -> PageAnswer {
        pages.answer(method: "GET", path: path, authorization: authorization)
    }

    @Test func `a start is alive and not ready`() {
        #expect(get("/health/live", from: pages()).status == 200)
        let ready = get("/health/ready?verbose", from: pages())
        #expect(ready.status == 503)
        #expect(ready.contentType == "application/json")
        #expect(ready.text.contains("starting: the store is not open yet"))
    }

    @Test func `what has never happened is there as zero`() {
        let page = get("/metrics", from: pages()).text
        for queue in IngestQueue.allCases {
            #expect(page.contains("alidade_messages_received_total{queue=\"\(queue.name)\"} 0\n"))
            for reason in Rejection.Reason.allCases {
                #expect(
                    page.contains(
                        "alidade_messages_quarantined_total{queue=\"\(queue.name)\",reason=\"\(reason.rawValue)\"} 0\n")
                )
            }
        }
        for code in Warning.Code.allCases {
            #expect(page.contains("alidade_warnings_total{code=\"\(code.rawValue)\"} 0\n"))
        }
        let causes = [
            "broker", "standby", "store_locked", "disk_full", "disk_low", "wal_reader", "store_read_only", "disk_error",
        ]
        let pauses = page.split(separator: "\n").filter { $0.hasPrefix("alidade_paused_seconds_total") }
        #expect(pauses == causes.map { "alidade_paused_seconds_total{cause=\"\($0)\"} 0" })
        #expect(page.contains("alidade_commit_seconds_count 0\n"))
        #expect(page.contains("alidade_build_info{version=\"1\\\"2\"} 1\n"))
        #expect(page.contains("\nprocess_resident_memory_bytes "))
    }

    @Test func `a backlog is shown for the queues it is known of`() {
        #expect(!get("/metrics", from: pages()).text.contains("alidade_queue_backlog_messages"))
        let replies = ReplyStatus()
        replies.noteBacklogs([.profiler: 12])
        let page = get("/metrics", from: pages(replies: replies)).text
        #expect(page.contains("alidade_queue_backlog_messages{queue=\"profiler-telemetry\"} 12\n"))
        #expect(!page.contains("alidade_queue_backlog_messages{queue=\"intelligence-events\"}"))
    }

    @Test func `replies and publications are counted by what became of them`() {
        let replies = ReplyStatus()
        replies.countReply()
        replies.countReply()
        replies.countReplyError()
        replies.countDroppedRequest()
        replies.countPublications(5)
        replies.countPublicationFailures(2)
        let page = get("/metrics", from: pages(replies: replies)).text
        for line in [
            "alidade_metric_replies_total{status=\"answered\"} 2", "alidade_metric_replies_total{status=\"error\"} 1",
            "alidade_metric_replies_total{status=\"dropped\"} 1", "alidade_publications_total{status=\"confirmed\"} 5",
            "alidade_publications_total{status=\"failed\"} 2",
        ] {
            #expect(page.contains(line + "\n"))
        }
    }

    @Test func `what an operator has to see coming is shown where it is known`() {
        let unknown = get("/metrics", from: pages()).text
        for name in ["quarantine_unresolved", "last_backup", "certificate_expiry", "config_last_reload"] {
            #expect(!unknown.contains("alidade_\(name)"))
        }
        var figures = OperationFigures()
        figures.unresolvedQuarantine = 3
        figures.backedUpAt = 1_700_000_000
        figures.certificates = [.init(role: "broker", expiresAt: 1_800_000_000), .init(role: "client", expiresAt: 5)]
        figures.wasReloadSuccessful = false
        figures.reloadedAt = 1_600_000_000.5
        let page = get("/metrics", from: pages(operation: figures)).text
        for line in [
            "alidade_quarantine_unresolved_messages 3", "alidade_last_backup_timestamp_seconds 1700000000",
            "alidade_certificate_expiry_timestamp_seconds{certificate=\"broker\"} 1800000000",
            "alidade_certificate_expiry_timestamp_seconds{certificate=\"client\"} 5",
            "alidade_config_last_reload_successful 0",
            "alidade_config_last_reload_success_timestamp_seconds 1600000000.5",
        ] {
            #expect(page.contains(line + "\n"))
        }
    }

    @Test func `every family has exactly one type, and every sample a family`() {
        let lines = get("/metrics", from: pages()).text.split(separator: "\n")
        var types: [Substring: Substring] = [:]
        for line in lines where line.hasPrefix("# TYPE ") {
            let words = line.split(separator: " ")
            #expect(types.updateValue(words[3], forKey: words[2]) == nil, "\(words[2]) has two types")
        }
        #expect(types.count > 25)
        for line in lines where !line.hasPrefix("#") {
            let name = line.prefix { $0 != "{" && $0 != " " }
            let ending = ["_bucket", "_sum", "_count"].first { (ending: String) in name.hasSuffix(ending) }
            let family = name.dropLast(ending?.count ?? 0)
            #expect(types[name] != nil || (ending != nil && types[family] == "histogram"), "\(name) has no type")
        }
    }

    @Test(arguments: [
        nil, "", "Bearer", "Bearer ", "Bearer wrong", "Bearer tökén with a blan", "Bearer tökén with a blank ",
        "Basic tökén with a blank", "tökén with a blank",
    ])
    func `without the token there is health and nothing else`(authorization: String?) {
        let pages = pages(token: Self.secret)
        for path in ["/metrics", "/", "/nothing", "/health", "//health/live"] {
            let answer = get(path, from: pages, authorization)
            #expect(answer.status == 401, "\(path)")
            #expect(answer.fields["WWW-Authenticate"] == "Bearer")
            #expect(!answer.text.contains("alidade_"))
        }
        #expect(get("/health/live", from: pages, authorization).status == 200)
        #expect(get("/health/ready", from: pages, authorization).status == 503)
    }

    @Test(arguments: ["Bearer ", "bearer ", "BEARER "])
    func `with the token there is everything`(scheme: String) {
        let pages = pages(token: Self.secret)
        #expect(get("/metrics", from: pages, scheme + Self.secret).status == 200)
        #expect(get("/nothing", from: pages, scheme + Self.secret).status == 404)
    }

    @Test func `other methods and pages are refused`() {
        #expect(pages().answer(method: "POST", path: "/metrics", authorization: nil).status == 405)
        #expect(pages().answer(method: "HEAD", path: "/metrics", authorization: nil).status == 200)
        #expect(get("/metrics/", from: pages()).status == 404)
        #expect(get("/health/", from: pages()).status == 404)
    }
}
