internal import Glibc
package import Store
internal import SystemPackage

/// Remembers, in a folder that is not on the store's file system, which store was at its place when the daemon last ran.
///
/// A file system that is not mounted, or a folder that was emptied, looks like a machine on which there never was a store. Without a memory the
/// daemon would begin an empty one, know nothing of what it had stored, and answer with numbers that begin at zero.
package struct KnownStore {
    private let location: StoreLocation
    /// Nil where there is nowhere to remember anything.
    private let file: String?
    private let known: String?
    /// Whether there was a store before it was opened.
    private let wasThere: Bool

    /// Throws where there is no store and there was one. `folders` is `$STATE_DIRECTORY`: systemd's folders for what must stay.
    @available(*, noasync)
    package init(at location: StoreLocation, in folders: String?) throws(StoreError) {
        self.location = location
        let path = Self.absolute(location.path)
        // The last one that the store is not in: what is on the same file system is gone with it.
        let candidates = (folders ?? "").split(separator: ":").map(String.init)
        let folder = candidates.last { !path.utf8.starts(with: "\($0)/".utf8) } ?? candidates.last
        // FNV-1a: the name of the file has to be the same for ever.
        let hash = path.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        file = folder.map { "\($0)/store-\(String(hash, radix: 16))" }
        var status = stat()
        wasThere = stat(location.path, &status) == 0 ? status.st_size > 0 : errno != ENOENT && errno != ENOTDIR
        do { known = try file.flatMap(Self.read) } catch {
            // The store that is there is taken over, and noted anew.
            guard wasThere else { throw error }
            known = nil
        }
        guard let known, !wasThere else { return }
        throw StoreError(
            .cannotOpen, doing: "open the store \(location.path)",
            why: "it is not there, and store \(known) was when the daemon last ran",
            hint: "mount its file system or restore a backup; `alidade store init` makes a new, empty store")
    }

    /// Remembers the store that was opened; throws where it is another one than before and nobody has said that it may be.
    @available(*, noasync)
    package func take(_ writer: SQLiteWriter) throws(StoreError) -> OpenedStore {
        let identity = try StoreIdentity(of: writer.database)
        let isSame = known == nil || known == identity.id
        guard isSame || identity.isAccepted else {
            throw StoreError(
                .cannotOpen, doing: "open the store \(location.path)",
                why: "it is store \(identity.id), and store \(known ?? "") was there when the daemon last ran",
                hint: "put that one back; where the new one is meant, `alidade store init --existing` accepts it")
        }
        var finding = OpenedStore(id: identity.id, isNew: !wasThere, former: isSame ? nil : known)
        guard let file else { return finding }
        if known != identity.id { finding.unnoted = Self.write(identity.id, path: location.path, to: file) }
        if identity.isAccepted, finding.unnoted == nil { try writer.database.setAccepted(false) }
        return finding
    }

    /// Without looking at the disk, where the folder may be missing.
    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
    }

    /// Nil where there is no such file. One that cannot be read may be the memory of a store.
    private static func read(_ file: String) throws(StoreError) -> String? {
        func fault(_ why: String) -> StoreError {
            StoreError(
                .cannotOpen, doing: "find out which store the daemon had", why: "\(file): \(why)",
                hint: "there is no store; mount its file system or restore a backup; "
                    + "`alidade store init` makes a new, empty store")
        }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count: Int
        do {
            let descriptor = try FileDescriptor.open(
                FilePath(file), .readOnly, options: [.closeOnExec, .noFollow, .nonBlocking])
            defer { try? descriptor.close() }
            count = try bytes.withUnsafeMutableBytes { try descriptor.read(into: $0) }
        } catch let error as Errno where error == .noSuchFileOrDirectory || error == .notDirectory {
            return nil
        } catch { throw fault("\(error)") }
        guard count == 32, bytes.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else {
            throw fault("it does not hold the id of a store")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Nil where it worked, else why not.
    private static func write(_ id: String, path: String, to file: String) -> String? {
        var template = Array("\(file).XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return "\(file): \(String(cString: strerror(errno)))" }
        let text = Array("\(id) \(path)\n".utf8)
        let isWritten = Glibc.write(descriptor, text, text.count) == text.count && fsync(descriptor) == 0
        close(descriptor)
        if isWritten, rename(template, file) == 0 { return nil }
        let why = String(cString: strerror(errno))
        unlink(template)
        return "\(file): \(why)"
    }
}
