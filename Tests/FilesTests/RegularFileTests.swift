import Glibc
import Testing

@testable import Files

@Suite(.timeLimit(.minutes(1))) final class RegularFileTests {
    private let folder: String

    init() {
        var template = Array("/tmp/alidade-files-XXXXXX".utf8CString)
        folder = String(cString: mkdtemp(&template))
    }

    deinit {
        for name in ["file", "fifo", "link"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    private func problem(_ path: String, atMost limit: Int = 1 << 20) -> FileProblem? {
        #expect(throws: FileProblem.self) { try RegularFile.check(path, atMost: limit) }
        return #expect(throws: FileProblem.self) { try RegularFile.read(path, atMost: limit) }
    }

    @Test func `a file is read whole, also through a link, up to the limit`() throws {
        let file = try #require(fopen("\(folder)/file", "w"))
        for _ in 0..<300_000 { fputs("1234567\n", file) }
        fclose(file)
        symlink("\(folder)/file", "\(folder)/link")
        #expect(try RegularFile.read("\(folder)/link", atMost: 2_400_000).count == 2_400_000)
        #expect(problem("\(folder)/file", atMost: 2 << 20)?.reason == "it is longer than 2 MiB")
    }

    @Test func `what is no file is named at once`() {
        mkfifo("\(folder)/fifo", 0o600)
        #expect(problem("\(folder)/fifo")?.reason == "it is a FIFO, and not a regular file")
        #expect(problem(folder)?.reason == "it is a folder, and not a regular file")
        #expect(problem("/dev/zero")?.reason == "it is a device, and not a regular file")
        #expect(problem("\(folder)/none") == FileProblem(reason: "No such file or directory", isAbsent: true))
        #expect(problem("/dev/null\u{0}.pem")?.reason == "its name has a zero byte in it")
    }

    @Test func `what is there can be judged without opening it`() throws {
        mkfifo("\(folder)/fifo", 0o600)
        let file = try #require(fopen("\(folder)/file", "w"))
        fclose(file)
        #expect(RegularFile.problem(at: "\(folder)/fifo")?.reason == "it is a FIFO, and not a regular file")
        #expect(RegularFile.problem(at: "/dev/null")?.reason == "it is a device, and not a regular file")
        #expect(RegularFile.problem(at: "\(folder)/file") == nil)
        #expect(RegularFile.problem(at: "\(folder)/none") == nil)
    }

    @Test func `a file that does not know its size has a limit too`() throws {
        #expect(try RegularFile.read("/proc/self/status", atMost: 1 << 20).isEmpty == false)
        #expect(problem0()?.reason == "it is longer than 0 MiB")
    }

    private func problem0() -> FileProblem? {
        #expect(throws: FileProblem.self) { try RegularFile.read("/proc/self/status", atMost: 10) }
    }
}
