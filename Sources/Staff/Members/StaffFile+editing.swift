internal import Glibc

extension StaffFile {
    /// Members' names and hashes: for root and the daemon's group.
    private static let mode: mode_t = 0o640

    /// Reads the file at `path`, or an empty one where there is none, and puts what `change` makes of it in its place, at once.
    ///
    /// Of two commands that do so at the same time, one waits for the other. Nothing is written where `change` throws.
    ///
    /// - Parameter group: Whom a new file belongs to.
    package static func edit(
        _ path: String, group: UInt32?, _ change: (inout StaffFile) throws(StaffFileError) -> Void
    ) throws(StaffFileError) {
        let folder: LockedFolder
        do throws(SystemProblem) { folder = try LockedFolder(containing: path) } catch {
            throw StaffFileError("its folder cannot be opened: \(error.reason)")
        }
        var file: StaffFile
        do throws(StaffFileError) { file = try read(path) } catch {
            guard error.isAbsent else { throw error }
            file = StaffFile()
        }
        try change(&file)
        guard file.members.count <= mostMembers else {
            throw StaffFileError("it would have more than \(mostMembers) members")
        }
        let bytes = Array(file.text.utf8)
        guard bytes.count <= longestFile else { throw StaffFileError("it would be longer than 1 MiB") }
        do throws(SystemProblem) { try folder.replace(with: bytes, mode: mode, group: group) } catch {
            throw StaffFileError("it cannot be written: \(error.reason)")
        }
    }
}
