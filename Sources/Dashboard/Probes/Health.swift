internal import JSON
package import Status

/// What `/health/live` and `/health/ready` say, and why.
package struct Health: Sendable, Equatable {
    /// Without a sign of life from the ingest for this long, in seconds, the process counts as hung.
    static let hungAfter = 90.0

    package var isConsuming: Bool
    package var isStoreWritable: Bool
    package var secondsSinceProgress: Double
    package var secondsSinceBeat: Double
    /// Why it does not live; nil where it does.
    package var hang: String?
    /// Why it is not ready; nil where it is.
    package var obstacle: String?

    /// What is wrong and does not keep it from being ready.
    package var troubles: [String]

    package init(_ ingest: IngestSnapshot, troubles: [String] = []) {
        self.troubles = troubles
        let storePause = ingest.currentPauses.first { $0 != .broker && $0 != .standby }
        isConsuming = ingest.isConsuming
        isStoreWritable = ingest.isStoreOpen && storePause == nil
        secondsSinceProgress = ingest.secondsSinceProgress
        secondsSinceBeat = ingest.secondsSinceBeat
        let beat = Int(ingest.secondsSinceBeat)
        if ingest.secondsSinceBeat > Self.hungAfter {
            hang = "the ingest has given no sign of life for \(beat) seconds"
        }
        obstacle = hang ?? Self.obstacle(ingest, storePause)
    }

    private static func obstacle(_ ingest: IngestSnapshot, _ storePause: PauseCause?) -> String? {
        if let storePause { return "paused: \(storePause.word)" }
        if !ingest.isStoreOpen { return "starting: the store is not open yet" }
        if ingest.currentPauses.contains(.standby) { return "standby: another daemon consumes the queues" }
        if !ingest.isConsuming {
            let why = ingest.sourceTrouble.map { ": \($0)" } ?? ""
            if !ingest.hasConsumed { return "starting: nothing is being consumed yet\(why)" }
            return ingest.currentPauses.contains(.broker)
                ? "the connection to the broker is lost\(why)" : "stopping: nothing is being consumed any more"
        }
        guard ingest.secondsSinceProgress > IngestSnapshot.stalledAfter else { return nil }
        return "nothing has been committed for \(Int(ingest.secondsSinceProgress)) seconds although messages wait"
    }

    package var liveDocument: String {
        document { json in
            json.member("live", hang == nil)
            json.member("last_beat_seconds", rounded(secondsSinceBeat))
            json.member("reason", hang)
        }
    }

    package var readyDocument: String {
        document { json in
            json.member("ready", obstacle == nil)
            json.member("consuming", isConsuming)
            json.member("store_writable", isStoreWritable)
            json.member("last_progress_seconds", rounded(secondsSinceProgress))
            json.member("reason", obstacle)
            json.array("troubles") { json in for trouble in troubles { json.string(trouble) } }
        }
    }

    private func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }

    private func document(_ body: (inout JSONText) -> Void) -> String {
        var json = JSONText()
        json.object(body)
        return json.text + "\n"
    }
}
