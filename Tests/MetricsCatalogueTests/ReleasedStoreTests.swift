import Events
import Foundation
import Rollups
import Testing

@testable import SQLiteStore
@testable import Store
@testable import MetricsCatalogue

/// Stores that older versions made; see the README beside them.
@Suite struct ReleasedStoreTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures")
    /// The folders with a store, one for each older version.
    private static let versions = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent("\($0)/alidade.db.gz").path)
    }.sorted()

    /// One of the questions that the older version was asked.
    struct Question: CustomStringConvertible {
        let metric: String
        let days: Int
        let grouping: String?
        /// The end of the window.
        let now: Timestamp
        let answer: [String: Any]

        var description: String { "\(metric) over \(days) days" + (grouping.map { " by \($0)" } ?? "") }
    }

    @Test(arguments: versions)
    func `a store of an older version is taken over whole`(version: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("released-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let location = try unpack(version, into: folder)
        // Brings it up to date, as the daemon does when it starts.
        _ = try SQLiteWriter.open(location)
        try expectTheSameAnswers(version, location)
        for check in SQLiteCheck.all(quick: false) {
            let findings = try check.findings(in: SQLiteReader.open(location))
            #expect(findings == [], "\(check.name)")
        }
        #expect(try StoreRebuild.verify(location).differences == [])
        _ = try StoreRebuild.repair(location)
        try expectTheSameAnswers(version, location)
    }

    @Test func `no store of an older version is left out`() {
        #expect(Self.versions == ["0.1.0", "schema-4", "schema-5", "schema-6"])
    }

    /// Which shows that no migration that was released has been edited: the old store went through it then, the new one today.
    @Test(arguments: versions)
    func `a store of an older version has the tables, views and triggers of a new one`(version: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("released-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let old = try unpack(version, into: folder)
        let new = StoreLocation(path: folder.appendingPathComponent("new.db").path)
        for location in [old, new] { _ = try SQLiteWriter.open(location) }
        let expected = try schema(of: new)
        #expect(expected.count > 60)
        #expect(try schema(of: old) == expected)
    }

    private func schema(of location: StoreLocation) throws -> [String] {
        let rows = try Database.open(location.path, .readOnly).prepare(
            "SELECT type, name, sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*' ORDER BY type, name")
        var found: [String] = []
        while try rows.step() { found.append("\(rows.text(0)) \(rows.text(1)): \(rows.text(2))") }
        return found
    }

    private func expectTheSameAnswers(_ version: String, _ location: StoreLocation) throws {
        let reader = try MetricsReader(SQLiteEventStore(location))
        let questions = try questions(version)
        #expect(questions.count > 66)
        for question in questions {
            let request = try MetricRequest(
                [question.metric], isList: false, days: question.days,
                dimensions: question.grouping.flatMap { FactDimension(name: $0) }.map { [$0] } ?? [])
            let reply = try reader.reply(to: request, now: question.now, backlogs: nil)
            var answer = try object(Data(reply.utf8))
            answer["definition"] = nil
            answer["result"] = withoutNewWarnings(answer["result"], question.answer["result"])
            var released = question.answer
            // It counts the metric's own queue since 0.2.
            released["completeness"] = nil
            if question.metric == "track_alignment" {
                // Version 2 compares fewer sessions.
                var (result, old) = (answer["result"] as? [String: Any], released["result"] as? [String: Any])
                let drift = result?["drift"] as? [String: Any]
                let known = (old?["drift"] as? [String: Any])?["compared"] as? Int
                #expect((drift?["compared"] as? Int ?? -1) + (drift?["excluded"] as? Int ?? 0) == known)
                result?["drift"] = nil
                old?["drift"] = nil
                answer["result"] = result
                released["result"] = old
            }
            if question.metric == "attempt_violations" {
                // Version 2 counts by learner, and says what version 1 counted by another name.
                let result = answer["result"] as? [String: Any]
                var old = released["result"] as? [String: Any]
                #expect(result?["reported_violations"] as? Int == old?["violations"] as? Int)
                old?["violations"] = nil
                released["result"] = old
            }
            #expect(Self.holds(answer, released), "\(question)")
        }
    }

    /// Whether everything that a version said is still said; a newer one may say more.
    private static func holds(_ answer: Any?, _ released: Any?) -> Bool {
        switch (answer, released) {
        case (let answer as [String: Any], let released as [String: Any]):
            released.allSatisfy { name, value in
                // Quantiles of few are exact since 0.2; before they were within 1 %.
                guard name.hasPrefix("p50") || name.hasPrefix("p90") || name.hasPrefix("p99"),
                    let (new, old) = (answer[name] as? Double).flatMap({ new in (value as? Double).map { (new, $0) } })
                else { return holds(answer[name], value) }
                return abs(new - old) <= abs(new) * 0.01
            }
        case (let answer as [Any], let released as [Any]):
            answer.count == released.count && zip(answer, released).allSatisfy { holds($0, $1) }
        case (let answer as NSObject, let released as NSObject): answer == released
        default: false
        }
    }

    /// A newer version counts more kinds of warnings, and of an old store none.
    private func withoutNewWarnings(_ result: Any?, _ released: Any?) -> Any? {
        guard var result = result as? [String: Any], let warnings = result["warnings"] as? [String: Int],
            let known = (released as? [String: Any])?["warnings"] as? [String: Int]
        else { return result }
        result["warnings"] = warnings.filter { known[$0.key] != nil || $0.value != 0 }
        return result
    }

    private func questions(_ version: String) throws -> [Question] {
        let data = try Data(contentsOf: Self.folder.appendingPathComponent("\(version)/answers.json"))
        return try #require(JSONSerialization.jsonObject(with: data) as? [[String: Any]]).map { entry in
            let answer = try #require(entry["answer"] as? [String: Any])
            guard case .success(let now) = RFC3339.parse(try #require(answer["as_of"] as? String)) else {
                throw CocoaError(.formatting)
            }
            return Question(
                metric: try #require(entry["metric"] as? String), days: try #require(entry["days"] as? Int),
                grouping: entry["group_by"] as? String, now: now, answer: answer)
        }
    }

    private func object(_ data: Data) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private func unpack(_ version: String, into folder: URL) throws -> StoreLocation {
        let store = folder.appendingPathComponent("alidade.db")
        #expect(FileManager.default.createFile(atPath: store.path, contents: nil))
        let gzip = Process()
        gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        gzip.arguments = ["gzip", "-dc", Self.folder.appendingPathComponent("\(version)/alidade.db.gz").path]
        gzip.standardOutput = try FileHandle(forWritingTo: store)
        try gzip.run()
        gzip.waitUntilExit()
        try #require(gzip.terminationStatus == 0)
        return StoreLocation(path: store.path)
    }
}
