import ArgumentParser
import Events
import Glibc

/// `alidade-bench decode`: what it costs to read a message, clean or spelled in other ways, without a broker or a store.
struct DecodeBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode", abstract: "CPU time to decode a message: clean, and with five coercions.")

    @Option(help: "Messages of each kind.") var count = 20_000
    @Option(help: "Rounds; the table shows medians.") var rounds = 9
    @Option(help: "Only the line of this name, for a profiler.") var only: String?

    func run() throws {
        var generator = MessageGenerator(seed: 1, start: recentStart)
        var profilers: [String] = []
        var others: [String] = []
        while profilers.count < count {
            let message = generator.next()
            guard message.isProfiler else {
                others.append(message.body)
                continue
            }
            // The clocks of those that are complete may contradict each other, which is a warning.
            if message.body.contains(#""completed_at":null"#) { profilers.append(message.body) }
        }
        let coerced = profilers.map(Self.coerced)
        print("| \(count) messages, \(rounds) rounds | bytes | µs CPU per message | warnings per message |")
        print("| --- | --- | --- | --- |")
        try show("profiler, clean", profilers, .profiler, 0)
        try show("profiler, five coercions", coerced, .profiler, 1)
        let early = profilers.map(Self.early)
        try show("profiler before the scenarios, clean", early, .profiler, 0)
        try show("profiler before the scenarios, five coercions", early.map(Self.coerced), .profiler, 1)
        try show("intelligence, clean", Array(others.prefix(count)), .intelligence, 0)
    }

    /// The message as a session sends it before its scenarios and its result: about half as long.
    private static func early(_ body: String) -> String {
        var body = body
        for (name, end) in [
            ("scenario_choices", "]"), ("track_alignment_percentages", "}"), ("value_statement", "\""),
            ("recommended_track_id", "\""), ("track_confidence", nil), ("difficulty_selection", "\""),
        ] as [(String, Character?)] {
            guard let member = body.firstRange(of: "\"\(name)\":") else { continue }
            let value = body.index(after: member.upperBound)
            let last = end.flatMap { body[value...].firstIndex(of: $0) } ?? value
            guard let comma = body[last...].firstIndex(of: ",") else { continue }
            body.removeSubrange(member.lowerBound...comma)
        }
        return body
    }

    /// Two decimals and a number in texts, a word in capitals, a boolean as a text; the message has one warning of them, which counts five.
    private static func coerced(_ body: String) -> String {
        var body = body
        func quote(_ name: String) {
            guard let start = body.firstRange(of: "\"\(name)\":")?.upperBound else { return }
            let end = body[start...].firstIndex { $0 == "," || $0 == "}" } ?? body.endIndex
            body.replaceSubrange(start..<end, with: "\"\(body[start..<end])\"")
        }
        for name in ["aptitude_score", "technical_exposure_score", "attempt_count", "time_spent_seconds"] {
            quote(name)
        }
        for word in ["collaborative", "independent", "balanced"] {
            body.replace("\"work_style_cluster\":\"\(word)\"", with: "\"work_style_cluster\":\"\(word.uppercased())\"")
        }
        return body
    }

    private func show(_ name: String, _ bodies: [String], _ queue: IngestQueue, _ warnings: Int) throws {
        guard only == nil || only == name else { return }
        // As the daemon reads what asks for no receipt.
        var limits = DecodingLimits()
        limits.keepsEveryWarning = false
        var decoder = MessageDecoder(limits: limits)
        let batch = DeliveryBatch()
        let now = Int64(time(nil)) * 1_000_000
        var costs: [Double] = []
        var found = 0
        for _ in 0..<rounds {
            var seconds = 0.0
            found = 0
            for start in stride(from: 0, to: bodies.count, by: 1000) {
                batch.removeAll()
                for body in bodies[start..<min(start + 1000, bodies.count)] {
                    var body = body
                    let range = body.withUTF8 { batch.bytes.append(UnsafeRawBufferPointer($0)) }
                    batch.deliveries.append(Delivery(tag: 1, queue: queue, receivedAt: now, body: range))
                }
                let begin = clock()
                for index in batch.deliveries.indices { decoder.decide(index, in: batch, now: now) }
                seconds += Double(clock() - begin) / Double(CLOCKS_PER_SEC)
                guard batch.rejections.isEmpty else {
                    throw Program.Failed(description: "a message was refused: \(batch.rejections[0].errors)")
                }
                found += Set(batch.warnings.map(\.delivery)).count
            }
            costs.append(seconds / Double(bodies.count) * 1e6)
        }
        guard found == warnings * bodies.count else {
            throw Program.Failed(description: "\(found) messages of \(bodies.count) have warnings")
        }
        let bytes = bodies.reduce(0) { $0 + $1.utf8.count } / bodies.count
        print("| \(name) | \(bytes) | \(fixed(costs.median, 2)) | \(warnings) |")
    }
}
