extension MemberName {
    static var table: NameTable { NameTable(allCases.map { "\($0.name)" }) }
}

/// Where the known members of one object are on the tape: of a member that is given twice, the last one; 0 for absent.
struct FoundMembers<Name: MemberName> {
    private var places = InlineArray<32, UInt32>(repeating: 0)
    /// Not zero where some member is given twice.
    private var repeated: UInt32 = 0

    /// Goes once over the keys of the object at `object`.
    @inline(__always)
    init(_ object: Int, on tape: Tape, _ table: borrowing NameTable) {
        let end = tape.closing(object)
        var key = object + 1
        while key < end {
            let value = key + 1
            let position = table.position(of: tape.text(key))
            if position >= 0 {
                repeated |= places[position]
                places[position] = UInt32(truncatingIfNeeded: value)
            }
            key = tape.after(value)
        }
    }

    @inline(__always)
    subscript(_ name: Name) -> Int { Int(places[name.rawValue]) }

    var hasRepeated: Bool { repeated != 0 }
}
