internal import Glibc

/// A file of its own in a folder, for measuring; nobody ever sees it, and it is gone with this value.
struct NamelessFile: ~Copyable {
    let descriptor: Int32

    /// Nil, with `errno`, where the folder cannot be written to.
    init?(in folder: String) {
        var template = Array("\(folder)/.alidade-doctor-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return nil }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
