internal import Glibc
internal import SystemPackage

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
        let file = try open(path, atMost: limit)
        defer { try? file.close() }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try system { try piece.withUnsafeMutableBytes { try file.read(into: $0) } }
            if count == 0 { return bytes }
            bytes += piece[..<count]
            // It may have grown, or not know its size, as files below /proc do.
            if bytes.count > limit { throw tooLong(limit) }
        }
    }

    /// That it may be handed to a library that opens it by its name.
    package static func check(_ path: String, atMost limit: Int) throws(FileProblem) {
        let file = try open(path, atMost: limit)
        try? file.close()
    }

    /// Why what the name leads to is no regular file; nil where it is one, where there is nothing, and where that cannot be told.
    package static func problem(at path: String) -> FileProblem? {
        guard let status = try? Stat(path) else { return nil }
        do throws(FileProblem) {
            try requireRegular(status, .max)
            return nil
        } catch { return error }
    }

    private static func open(_ path: String, atMost limit: Int) throws(FileProblem) -> FileDescriptor {
        guard !path.utf8.contains(0) else { throw FileProblem(reason: "its name has a zero byte in it") }
        // Before it is opened: opening is enough to make some devices do something.
        try requireRegular(try system { try Stat(path) }, limit)
        let file = try system {
            try FileDescriptor.open(
                FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking, .init(rawValue: O_NOCTTY)])
        }
        do throws(FileProblem) { try requireRegular(try system { try file.stat() }, limit) } catch {
            try? file.close()
            throw error
        }
        return file
    }

    private static func requireRegular(_ status: Stat, _ limit: Int) throws(FileProblem) {
        let kind =
            switch status.type {
            case .regular: ""
            case .directory: "a folder"
            case .fifo: "a FIFO"
            case .socket: "a socket"
            default: "a device"
            }
        guard kind.isEmpty else { throw FileProblem(reason: "it is \(kind), and not a regular file") }
        if status.size > limit { throw tooLong(limit) }
    }

    private static func tooLong(_ limit: Int) -> FileProblem {
        FileProblem(reason: "it is longer than \(limit >> 20) MiB")
    }
}

extension FileProblem {
    fileprivate init(_ error: Errno) {
        self.init(reason: error.description, isAbsent: error == .noSuchFileOrDirectory || error == .notDirectory)
    }
}

/// What swift-system throws, as a problem of the file.
private func system<Value>(_ body: () throws -> Value) throws(FileProblem) -> Value {
    do { return try body() } catch {
        throw (error as? Errno).map { FileProblem($0) } ?? FileProblem(reason: "\(error)")
    }
}
