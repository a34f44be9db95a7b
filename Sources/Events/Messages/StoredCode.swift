/// A value that is stored as a number.
///
/// The code of a case stands in every store: it never changes, and that of a case that is given up is never used again. A new case takes the
/// next free code, wherever the case stands. `StoredCodeTests.swift` lists all of them.
package protocol StoredCode {
    var code: UInt8 { get }
}

extension CaseIterable where Self: RawRepresentable, RawValue: FixedWidthInteger {
    /// The size of a table with a place for every number, also for those that were given up.
    package static var tableSize: Int { allCases.reduce(0) { max($0, Int($1.rawValue) + 1) } }
}
