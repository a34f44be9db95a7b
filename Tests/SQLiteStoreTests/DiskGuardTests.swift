@testable import SQLiteStore
import Testing

@testable import Store

@Suite struct DiskGuardTests {
    private final class Disk {
        var space = DiskGuard.Space(total: 100 << 30, free: 50 << 30)
        var now = ContinuousClock.now
        var looks = 0
    }

    private let disk = Disk()

    private func guarded() -> DiskGuard {
        DiskGuard(
            folder: "/store",
            measure: { [disk] _ in
                disk.looks += 1
                return disk.space
            }, now: { [disk] in disk.now })
    }

    @Test(
        arguments: [
            (total: 96 << 20, mark: (96 << 20) / 20), (total: 4 << 30, mark: (4 << 30) / 20),
            (total: 10 << 30, mark: 256 << 20),
            (total: 100 << 30, mark: 1 << 30), (total: 1 << 40, mark: (1 << 40) / 100),
        ] as [(total: UInt64, mark: UInt64)])
    func `the mark is one part in a hundred, at least 256 MiB, at most one in twenty`(total: UInt64, mark: UInt64) {
        #expect(DiskGuard.lowWaterMark(ofTotal: total) == mark)
    }

    @Test func `writing stops below the mark and goes on with a quarter more than the mark`() throws {
        var guardian = guarded()
        let mark = DiskGuard.lowWaterMark(ofTotal: disk.space.total)
        disk.space.free = mark
        try guardian.check()
        disk.space.free = mark - 1
        let error = try #require(throws: StoreError.self) { try guardian.check() }
        #expect(error.isRetriable && error.cause == "disk_low")
        #expect(error.description.contains("low-water mark is 1.0 GiB"))
        disk.space.free = mark + mark / 4 - 1
        #expect(throws: StoreError.self) { try guardian.check() }
        disk.space.free = mark + mark / 4
        try guardian.check()
        disk.space.free = mark
        try guardian.check()
    }

    @Test func `with much room the disk is looked at once a second, with little room each time`() throws {
        var guardian = guarded()
        for _ in 0..<100 { try guardian.check() }
        #expect(disk.looks == 1)
        disk.now += .seconds(1)
        disk.space.free = (1 << 30) + (512 << 20)
        for _ in 0..<100 { try guardian.check() }
        #expect(disk.looks == 101)
    }

    @Test func `a file system that does not answer stops nothing`() throws {
        var guardian = DiskGuard(folder: "/nowhere/at/all")
        try guardian.check()
    }
}
