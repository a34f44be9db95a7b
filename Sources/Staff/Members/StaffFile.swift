internal import Files

/// Who may see the pages: a file of lines `name:roles:hash`; blank lines and those that begin with `#` are for people.
package struct StaffFile: Sendable {
    package static let longestFile = 1 << 20
    package static let longestLine = 1024
    package static let mostMembers = 1000

    enum Line: Sendable {
        /// Kept as it is.
        case remark(String)
        case member(StaffMember)
    }

    var lines: [Line] = []
    private(set) var byName: [String: StaffMember] = [:]

    /// A file that is not there yet.
    package init() {}

    /// In the order of the file.
    package var members: [StaffMember] {
        lines.compactMap { if case .member(let member) = $0 { member } else { nil } }
    }

    package subscript(name: String) -> StaffMember? { byName[name] }

    /// The hash that takes the longest to check.
    var dearest: PasswordHash? { byName.values.lazy.compactMap(\.password).max { $0.cost.effort < $1.cost.effort } }

    /// - Throws: Every fault of the file, each with its line.
    package init(_ bytes: [UInt8]) throws(StaffFileError) {
        guard bytes.count <= Self.longestFile else { throw StaffFileError("it is longer than 1 MiB") }
        var faults: [StaffFileError.Fault] = []
        var places: [String: Int] = [:]
        var pieces = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        if pieces.last?.isEmpty == true { pieces.removeLast() }
        for (index, piece) in pieces.enumerated() {
            do throws(Fault) {
                let line = try Self.line(piece)
                lines.append(line)
                guard case .member(let member) = line else { continue }
                if let first = places[member.name] {
                    throw Fault("\(member.name) stands in line \(first) already; remove one of the two")
                }
                places[member.name] = index + 1
                byName[member.name] = member
            } catch {
                faults.append(StaffFileError.Fault(line: index + 1, what: error.what))
            }
            if faults.count == StaffFileError.mostFaults { break }
        }
        if byName.count > Self.mostMembers {
            faults.append(.init(line: nil, what: "it has \(byName.count) members; \(Self.mostMembers) are the most"))
        }
        if !faults.isEmpty { throw StaffFileError(faults: faults) }
    }

    package static func read(_ path: String) throws(StaffFileError) -> StaffFile {
        let bytes: [UInt8]
        do throws(FileProblem) { bytes = try RegularFile.read(path, atMost: longestFile) } catch {
            var refusal = StaffFileError(
                error.isAbsent
                    ? "there is no such file; 'alidade staff add NAME' makes it"
                    : "it cannot be read: \(error.reason)")
            refusal.isAbsent = error.isAbsent
            throw refusal
        }
        return try StaffFile(bytes)
    }

    /// Adds a member at the end, or puts it in the place of the one of its name.
    package mutating func set(_ member: StaffMember) {
        byName[member.name] = member
        if let place = place(of: member.name) { lines[place] = .member(member) } else { lines.append(.member(member)) }
    }

    /// - Returns: Whether there was such a member.
    @discardableResult
    package mutating func remove(_ name: String) -> Bool {
        guard let place = place(of: name) else { return false }
        lines.remove(at: place)
        byName[name] = nil
        return true
    }

    private func place(of name: String) -> Int? {
        lines.firstIndex { if case .member(let member) = $0 { member.name == name } else { false } }
    }

    /// Its content, with the remarks that were there.
    package var text: String {
        lines.map { line in
            switch line {
            case .remark(let text): text + "\n"
            case .member(let member): member.line + "\n"
            }
        }.joined()
    }

    // MARK: One line

    private struct Fault: Error {
        let what: String
        init(_ what: String) { self.what = what }
    }

    private static func line(_ bytes: ArraySlice<UInt8>) throws(Fault) -> Line {
        guard bytes.count <= longestLine else { throw Fault("it is longer than \(longestLine) bytes") }
        guard !bytes.contains(0), let whole = String(validating: bytes, as: UTF8.self) else {
            throw Fault("it is not UTF-8 text")
        }
        let text = trimmed(whole[...])
        if text.isEmpty || text.hasPrefix("#") { return .remark(whole) }
        let fields = text.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count == 3 else {
            throw Fault("it has \(fields.count) fields and not three: NAME:ROLES:HASH")
        }
        guard StaffName.isValid(fields[0]) else { throw Fault("its name is not \(StaffName.rule)") }
        let name = String(fields[0])
        let roles: Set<StaffRole>
        do throws(UnknownRole) { roles = try StaffRole.parse(fields[1]) } catch {
            throw Fault("the roles of \(name) are not of \(StaffRole.words.joined(separator: ", ")), joined with +")
        }
        if fields[2] == StaffMember.noPassword { return .member(StaffMember(name: name, roles: roles, password: nil)) }
        do throws(PasswordHash.Problem) {
            let password = try PasswordHash(parsing: String(fields[2]))
            return .member(StaffMember(name: name, roles: roles, password: password))
        } catch {
            throw Fault("\(name): \(error)")
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.utf8.first, [0x20, 0x09].contains(first) { text = text.dropFirst() }
        while let last = text.unicodeScalars.last, [0x20, 0x09, 0x0D].contains(last.value) {
            text = Substring(text.unicodeScalars.dropLast())
        }
        return text
    }
}
