internal import Glibc

/// Why a file cannot be used.
package struct FileProblem: Error, Equatable {
    package var reason: String
    /// There is no such file.
    package var isAbsent = false
}

/// A file that a setting or an option names: whatever the name leads to, looking at it takes no time and reading it has an end.
///
/// A FIFO would wait for a writer, a device may never end, and a file of gigabytes is a mistake.
package enum RegularFile {
    /// All of its bytes.
    package static func read(_ path: String, atMost limit: Int) throws(FileProblem) -> [UInt8] {
        let descriptor = try open(path, atMost: limit)
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileProblem(errno) }
            if count == 0 { return bytes }
            bytes += piece[..<count]
            // It may have grown, or not know its size, as files below /proc do.
            if bytes.count > limit { throw tooLong(limit) }
        }
    }

    /// That it may be handed to a library that opens it by its name.
    package static func check(_ path: String, atMost limit: Int) throws(FileProblem) {
        close(try open(path, atMost: limit))
    }

    /// Why what the name leads to is no regular file; nil where it is one, where there is nothing, and where that cannot be told.
    package static func problem(at path: String) -> FileProblem? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        do throws(FileProblem) {
            try requireRegular(status, .max)
            return nil
        } catch { return error }
    }

    private static func open(_ path: String, atMost limit: Int) throws(FileProblem) -> Int32 {
        guard !path.utf8.contains(0) else { throw FileProblem(reason: "its name has a zero byte in it") }
        var status = stat()
        // Before it is opened: opening is enough to make some devices do something.
        guard stat(path, &status) == 0 else { throw FileProblem(errno) }
        try requireRegular(status, limit)
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw FileProblem(errno) }
        do throws(FileProblem) {
            guard fstat(descriptor, &status) == 0 else { throw FileProblem(errno) }
            try requireRegular(status, limit)
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func requireRegular(_ status: stat, _ limit: Int) throws(FileProblem) {
        let kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: ""
            case S_IFDIR: "a folder"
            case S_IFIFO: "a FIFO"
            case S_IFSOCK: "a socket"
            default: "a device"
            }
        guard kind.isEmpty else { throw FileProblem(reason: "it is \(kind), and not a regular file") }
        if status.st_size > limit { throw tooLong(limit) }
    }

    private static func tooLong(_ limit: Int) -> FileProblem {
        FileProblem(reason: "it is longer than \(limit >> 20) MiB")
    }
}

extension FileProblem {
    fileprivate init(_ number: Int32) {
        self.init(reason: String(cString: strerror(number)), isAbsent: number == ENOENT || number == ENOTDIR)
    }
}
