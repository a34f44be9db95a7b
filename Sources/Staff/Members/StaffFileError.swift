/// Why a staff file cannot be used: all its faults, without a hash in them.
package struct StaffFileError: Error, Equatable, CustomStringConvertible {
    package struct Fault: Sendable, Equatable {
        /// Nil for the file as a whole.
        package let line: Int?
        package let what: String
    }

    /// A file of something else has a fault in each line.
    static let mostFaults = 20

    package let faults: [Fault]
    /// There is no such file.
    package var isAbsent = false

    init(faults: [Fault]) { self.faults = faults }
    package init(_ what: String) { faults = [Fault(line: nil, what: what)] }

    /// One line for each fault: `PATH:LINE: what`.
    package func lines(_ path: String) -> [String] {
        faults.map { fault in "\(path)\(fault.line.map { ":\($0)" } ?? ""): \(fault.what)" }
    }

    package var description: String {
        faults.map { fault in (fault.line.map { "line \($0): " } ?? "") + fault.what }.joined(separator: "; ")
    }
}
