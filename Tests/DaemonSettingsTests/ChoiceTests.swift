@testable import DaemonSettings
import Testing

struct ChoiceTests {
    /// What became of the settings that are one of a few words.
    private static let chosen: [String: @Sendable (Settings) -> any SettingChoice] = [
        "topology.mode": { $0.topology.mode },
        "topology.queue_type": { $0.topology.queueType },
        "ingest.naive_times": { $0.ingest.naiveTimes },
        "alignment.normalisation": { $0.alignment.normalisation },
        "alignment.reported_scale": { $0.alignment.reportedScale },
        "dashboard.reveal": { $0.dashboard.reveal },
        "privacy.ip_address": { $0.privacy.ipAddress },
        "log.level": { $0.log.level },
        "log.format": { $0.log.format },
    ]

    @Test func `every word that a key offers is understood as itself, and no other word is meant by it`() throws {
        var seen: Set<String> = []
        for key in SettingKey.all {
            guard case .choice(let words) = key.kind else { continue }
            let choice = try #require(Self.chosen[key.path], "no type is known for \(key.path)")
            seen.insert(key.path)
            for word in words {
                let settings = try load("", environment: [key.environmentName: word])
                let found = choice(settings)
                #expect(found.rawValue == word)
                #expect(type(of: found).words == words, "\(key.path)")
            }
        }
        #expect(seen == Set(Self.chosen.keys))
    }

    @Test(arguments: ["true", "false"]) func `a flag is what it says`(word: String) throws {
        let settings = try load(
            "", environment: ["ALIDADE_TOPOLOGY_EXCLUSIVE": word, "ALIDADE_BROKER_TLS_VERIFY_HOSTNAME": word])
        #expect(settings.topology.exclusive == (word == "true"))
        #expect(settings.broker.tls.verifyHostname == (word == "true"))
    }

    @Test func `what is not understood is an error that names the setting, and never a default`() {
        func reader(_ text: String) -> SettingReader {
            SettingReader(["a.b": SettingValue(texts: [text], isQuoted: false, isList: false, origin: .fallback)])
        }
        func refusal(_ read: () throws -> Void) -> String? {
            do { try read() } catch { return "\(error)" }
            return nil
        }
        #expect(
            refusal { let _: Settings.Privacy.Address = try reader("trunkate").choice("a.b") }
                == "a.b: \"trunkate\" is not understood")
        #expect(refusal { _ = try reader("yes").flag("a.b") } == "a.b: \"yes\" is not understood")
        #expect(refusal { _ = try reader("5x").integer("a.b") } == "a.b: \"5x\" is not understood")
        #expect(refusal { _ = try reader("5x").integers("a.b") } == "a.b: \"5x\" is not understood")
        #expect(refusal { _ = try reader("5x").optionalNumber("a.b") } == "a.b: \"5x\" is not understood")
        #expect(refusal { _ = try reader("5").integer("a.c") } == "a.c: there is no such setting")
        #expect(refusal { _ = try reader("5").optional("a.c") } == "a.c: there is no such setting")
    }
}
