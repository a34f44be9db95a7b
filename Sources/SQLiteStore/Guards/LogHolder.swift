internal import Files
internal import Glibc

/// A process that reads an old state of the store, and so keeps the write-ahead log from beginning anew.
///
/// SQLite's readers lock a byte of the `-shm` file each; `/proc/locks` tells who. The file itself is never opened here: closing it would drop
/// the locks that SQLite holds on it for this process (fcntl(2), "record locks").
struct LogHolder: Equatable {
    /// The read marks of the WAL-index (walformat.html). A reader at mark 0 needs the database file as it is, one at another mark a part of the log.
    private static let readMarks: ClosedRange<Int> = 123...127

    var pid: Int32
    var command: String

    /// Names the holders, to finish "the log is large, and …".
    static func sentence(forStore path: String) -> String {
        var status = stat()
        let holders =
            stat(path + "-shm", &status) == 0
            ? find(inode: UInt64(status.st_ino), in: content(of: "/proc/locks")) : []
        guard !holders.isEmpty else {
            return "another process keeps it from being emptied (which one cannot be seen from here)"
        }
        let names = holders.prefix(4).map { holder in
            let who = holder.pid == getpid() ? "this process itself" : "process \(holder.pid)"
            return holder.command.isEmpty ? who : "\(who) (\(holder.command))"
        }
        let rest = holders.count > 4 ? " and \(holders.count - 4) more" : ""
        return "a transaction of \(names.joined(separator: ", "))\(rest) keeps it from being emptied"
    }

    /// From lines such as `12: POSIX  ADVISORY  READ 4711 fe:00:131093 124 124`.
    static func find(inode: UInt64, in locks: String) -> [LogHolder] {
        var pids: [Int32] = []
        for line in locks.split(separator: "\n") {
            let fields = line.split(separator: " ")
            // A waiting lock has "->" after its number and holds nothing.
            guard fields.count == 8, fields[1] == "POSIX" || fields[1] == "OFDLCK", fields[3] == "READ",
                let pid = Int32(fields[4]), !pids.contains(pid)
            else { continue }
            guard let number = fields[5].split(separator: ":").last, UInt64(number) == inode else { continue }
            guard let first = Int(fields[6]), let last = fields[7] == "EOF" ? .max : Int(fields[7]) else { continue }
            guard first <= readMarks.upperBound, last >= readMarks.lowerBound else { continue }
            pids.append(pid)
        }
        return pids.map { LogHolder(pid: $0, command: commandLine(of: $0)) }
    }

    /// The program alone: its arguments may hold a secret.
    private static func commandLine(of pid: Int32) -> String {
        let line = content(of: "/proc/\(pid)/cmdline").split(separator: "\0").first.map(String.init)
        let name = line ?? content(of: "/proc/\(pid)/comm")
        return String(name.filter { !$0.isNewline }.prefix(80))
    }

    private static func content(of path: String) -> String {
        String(decoding: (try? RegularFile.read(path, atMost: 4 << 20)) ?? [], as: UTF8.self)
    }
}
