/// Members that an object has twice: the last one counts, as most readers of JSON have it; the others are ignored, with a warning each.
///
/// What was ignored is not shown: it may be an address that is not to be kept.
extension MemberChecks {
    private static let sentence = "the member is given again further on, and the last one counts"

    @inline(never)
    mutating func ignoreRepeated<Name: MemberName>(
        _ found: FoundMembers<Name>, in object: Int, _ known: borrowing NameTable, _ place: (Name) -> Place
    ) {
        isAmbiguous = true
        let end = tape.closing(object)
        var key = object + 1
        while key < end {
            let position = known.position(of: tape.text(key))
            if position >= 0, let name = Name(rawValue: position), found[name] != key + 1 {
                scratch.note(key + 1, means: 0)
                ignore(place(name)) { _ in Self.sentence }
            }
            key = tape.after(key + 1)
        }
    }

    /// Of an object with free names.
    @inline(never)
    mutating func ignoreRepeatedEntries(of object: Int, _ member: StaticString) {
        isAmbiguous = true
        var last: [ByteKey: Int] = [:]
        forEachMember(of: object) { name, value in last[ByteKey(name.raw)] = value }
        let end = tape.closing(object)
        var key = object + 1
        while key < end {
            let name = tape.text(key)
            if last[ByteKey(name.raw)] != key + 1 {
                scratch.note(key + 1, means: 0)
                ignore(.entry(member, name)) { _ in Self.sentence }
            }
            key = tape.after(key + 1)
        }
    }
}
