internal import Glibc

/// Whether standard error goes to systemd's journal, which wants priorities.
package enum JournalStream {
    /// `stream` is `$JOURNAL_STREAM`: device and inode of what systemd connected. A process that was started below a unit with its output
    /// elsewhere inherits the variable too, so it is compared with what the descriptor is (systemd.exec(5)).
    package static func isConnected(to descriptor: Int32 = STDERR_FILENO, stream: String?) -> Bool {
        var status = stat()
        guard let parts = stream?.split(separator: ":", omittingEmptySubsequences: false), parts.count == 2,
            let device = UInt64(parts[0]), let inode = UInt64(parts[1]), fstat(descriptor, &status) == 0
        else { return false }
        return UInt64(status.st_dev) == device && UInt64(status.st_ino) == inode
    }
}
