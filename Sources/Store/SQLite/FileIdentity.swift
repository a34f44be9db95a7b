internal import Glibc

/// Device and inode of the store's file when it was opened.
///
/// SQLite goes on writing happily into a file that was deleted or replaced under it, and everything written is lost.
struct FileIdentity {
    private let path: String
    private let device: UInt
    private let inode: UInt

    init(of path: String) throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw StoreError(.cannotOpen, doing: "look at the store \(path)", why: String(cString: strerror(errno)))
        }
        self.path = path
        device = status.st_dev
        inode = status.st_ino
    }

    /// The folder a path is in.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    func checkStillThere() throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { return }
            throw StoreError(
                .replaced, doing: "append to the store \(path)", why: "the file was deleted while it was in use",
                hint: "never move the store of a running daemon; restore a backup, then start again")
        }
        guard status.st_dev == device, status.st_ino == inode else {
            throw StoreError(
                .replaced, doing: "append to the store \(path)", why: "another file has taken its place",
                hint: "never move the store of a running daemon; stop it first")
        }
    }
}
