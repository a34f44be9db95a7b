import Testing

@testable import TimeZones

@Suite struct TimeZoneTests {
    private func bytes<Integer: FixedWidthInteger>(_ number: Integer) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    private func header(_ times: Int, _ types: Int) -> [UInt8] {
        var header = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
        for count in [0, 0, 0, times, types, 4] { header += bytes(UInt32(count)) }
        return header
    }

    /// A file of version 2 with these transitions, offsets and footer.
    private func file(_ transitions: [(at: Int64, type: UInt8)], offsets: [Int32], footer: String) -> [UInt8] {
        var file = header(0, 1) + bytes(Int32(0))
        file += [0, 0]
        file += Array("LMT\0".utf8)
        file += header(transitions.count, offsets.count)
        for transition in transitions { file += bytes(transition.at) }
        for transition in transitions { file.append(transition.type) }
        for offset in offsets { file += bytes(offset) + [0, 0] }
        file += Array("LMT\0\n\(footer)\n".utf8)
        return file
    }

    @Test func `offsets come from the transitions, and after them from the rule`() throws {
        let bytes = file(
            [(at: 1000, type: 1), (at: 2000, type: 0)], offsets: [60, 3600], footer: "CET-1CEST,M3.5.0,M10.5.0/3")
        let zone = try TimeZone(name: "A/B", tzif: bytes)
        #expect(zone.period(at: 0) == TimeZone.Period(start: .min, end: 1000, offset: 60))
        #expect(zone.period(at: 1000) == TimeZone.Period(start: 1000, end: 2000, offset: 3600))
        #expect(zone.period(at: 2000).start == 2000 && zone.period(at: 2000).offset == 3600)
        #expect(zone.period(at: 1_782_864_000).offset == 7200)
    }

    @Test func `a file that ends anywhere, or has anything in it, is none, and harms nothing`() throws {
        let bytes = file([(at: 1000, type: 1)], offsets: [60, 3600], footer: "UTC0")
        for count in 0..<bytes.count {
            #expect(throws: MalformedTimeZone.self) { try TimeZone(name: "A", tzif: Array(bytes[..<count])) }
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            var changed = bytes
            for _ in 0..<3 { changed[Int.random(in: 0..<changed.count)] = UInt8.random(in: 0...255, using: &random) }
            guard let zone = try? TimeZone(name: "A", tzif: changed) else { continue }
            for second: Int64 in [-1 << 40, 0, 1000, 1 << 33] { _ = zone.startOfDay(zone.day(at: second)) }
        }
    }

    @Test func `transitions out of order are refused`() {
        let bytes = file([(at: 2000, type: 1), (at: 1000, type: 0)], offsets: [60, 3600], footer: "")
        #expect(throws: MalformedTimeZone.self) { try TimeZone(name: "A", tzif: bytes) }
    }

    @Test func `a day begins where its midnight is skipped, comes twice, or the whole day is skipped`() {
        // At 86400 the clocks are set an hour ahead, at 3 × 86400 an hour back, and at 5 × 86400 a day ahead.
        let zone = TimeZone(
            name: "A", transitions: [86_400, 3 * 86_400 - 1800, 5 * 86_400], offsets: [0, 3600, 0, 86_400], rule: nil)
        #expect(zone.startOfDay(1) == 86_400)
        #expect(zone.startOfDay(2) == 2 * 86_400 - 3600)
        // Midnight comes at 3 × 86400 − 3600, and half an hour later the clocks go back to half past eleven.
        #expect(zone.startOfDay(3) == 3 * 86_400 - 3600)
        #expect(zone.startOfDay(5) == zone.startOfDay(6))
    }

    @Test(arguments: [
        "../../../etc/passwd", "/etc/passwd", "", "Europe/../UTC", "Europe", "tzdata.zi", "zone1970.tab",
        "Europe/Berlim",
        "europe berlin", "A\0", String(repeating: "A", count: 10_000), "leapseconds",
    ])
    func `what is no zone is refused`(name: String) {
        #expect(throws: TimeZoneProblem.self) { try TimeZoneDatabase.zone(named: name) }
    }

    @Test func `every place of the machine's list can be read`() throws {
        let names = TimeZoneDatabase.names()
        #expect(names.count > 250)
        for name in names { #expect(try TimeZoneDatabase.zone(named: name).name == name) }
    }
}
