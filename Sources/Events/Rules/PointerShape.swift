/// The form of a pointer, which the same fault of many messages shares: `/answers/3/selected_option` is `/answers/*/selected_option`.
///
/// Places in arrays, and names that producers choose themselves, become `*`. What is long is cut, so that a shape is never large.
package enum PointerShape {
    static let maximumBytes = 128

    /// Members whose members are named by producers.
    private static let maps: Set<ByteKey> = Set(
        [
            ProfilerMember.timeSpentPerModule.name, ProfilerMember.trackAlignmentPercentages.name,
            IntelligenceMember.context.name,
        ].map { ByteKey("\($0)") })

    package static func make(of pointer: String) -> String {
        guard pointer.utf8.contains(UInt8(ascii: "/")) else { return cut(pointer) }
        var segments: [Substring] = []
        var isFree = false
        for segment in pointer.split(separator: "/", omittingEmptySubsequences: false) {
            let isPlace = !segment.isEmpty && segment.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
            segments.append(isFree || isPlace ? "*" : segment)
            isFree = !isFree && maps.contains(ByteKey(String(segment)))
        }
        return cut(segments.joined(separator: "/"))
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > maximumBytes else { return text }
        return String(decoding: text.utf8.prefix(maximumBytes), as: UTF8.self) + "…"
    }
}
