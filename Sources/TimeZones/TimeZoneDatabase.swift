internal import Files
internal import Synchronization

/// Why there is no such zone.
package struct TimeZoneProblem: Error, Equatable {
    /// As the end of a sentence that begins with the name.
    package var reason: String
}

/// The machine's IANA database, such as Debian's package tzdata. Zones that were read once are remembered.
package enum TimeZoneDatabase {
    private static let folder = "/usr/share/zoneinfo"
    private static let longestFile = 1 << 18
    /// There are some 600; whoever asks for more of them has made names up that happen to be files.
    private static let most = 1024
    private static let known = Mutex<[String: TimeZone]>(["UTC": .utc])

    /// The zone of a name such as `Europe/Berlin`; `UTC` is always there.
    package static func zone(named name: String) throws(TimeZoneProblem) -> TimeZone {
        if let zone = known.withLock({ $0[name] }) { return zone }
        guard isName(name) else {
            throw TimeZoneProblem(reason: "is not the name of a time zone such as Europe/Berlin")
        }
        let bytes: [UInt8]
        do throws(FileProblem) { bytes = try RegularFile.read("\(folder)/\(name)", atMost: longestFile) } catch {
            throw TimeZoneProblem(reason: "is not in \(folder)\(isThere ? "" : ", which is not there; install tzdata")")
        }
        let zone: TimeZone
        do throws(MalformedTimeZone) { zone = try TimeZone(name: name, tzif: bytes) } catch {
            throw TimeZoneProblem(reason: "is not a time zone in \(folder)")
        }
        known.withLock { if $0.count < most { $0[name] = zone } }
        return zone
    }

    /// The names of places, for who has to choose one; empty where the machine has no list.
    package static func names() -> [String] {
        guard let table = try? RegularFile.read("\(folder)/zone1970.tab", atMost: longestFile) else { return [] }
        return String(decoding: table, as: UTF8.self).split(separator: "\n").compactMap { line in
            let columns = line.split(separator: "\t")
            return line.hasPrefix("#") || columns.count < 3 ? nil : String(columns[2])
        }
    }

    private static var isThere: Bool { (try? RegularFile.read("\(folder)/UTC", atMost: longestFile)) != nil }

    /// Nothing that leads out of the folder.
    private static func isName(_ name: String) -> Bool {
        guard name.utf8.count <= 64, name.utf8.first.map({ (65...90).contains($0 & 0xDF) }) == true else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            (65...90).contains(byte & 0xDF) || (48...57).contains(byte) || "/_+-".utf8.contains(byte)
        }
    }
}
