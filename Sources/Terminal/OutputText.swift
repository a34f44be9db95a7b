/// What a command prints. The program's own words are literals; everything that is put into them is escaped (``VisibleText``), so that nothing
/// a stranger wrote can do anything to a terminal or begin a line.
package struct OutputText: Sendable, Equatable, ExpressibleByStringInterpolation, CustomStringConvertible {
    package private(set) var description: String

    package init(stringLiteral value: String) { description = value }
    package init(stringInterpolation: StringInterpolation) { description = stringInterpolation.text }

    /// Whatever it is, escaped.
    package init(_ value: some StringProtocol) { description = VisibleText.escaped(value) }

    /// JSON text: the same values, with nothing hidden in them.
    package init(json: String) { description = VisibleText.escaped(json: json) }

    /// Words of the program itself, of several lines: its help, its schemas.
    package init(ownWords: String) { description = ownWords }

    /// Bytes of a stranger, for people: their lines are indented, so that none can be taken for a line of the program's.
    package init(indenting bytes: [UInt8], by indent: String = "  ") {
        description = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { indent + VisibleText.escaped(bytes: Array($0)) }.joined(separator: "\n")
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }
        package mutating func appendLiteral(_ literal: String) { text += literal }
        package mutating func appendInterpolation(_ value: OutputText) { text += value.description }
        package mutating func appendInterpolation(_ value: some Any) { text += VisibleText.escaped("\(value)") }
    }

    package static func + (left: OutputText, right: OutputText) -> OutputText {
        OutputText(ownWords: left.description + right.description)
    }

    package static func += (left: inout OutputText, right: OutputText) { left.description += right.description }
}

/// Columns.
extension OutputText {
    package init(repeating character: Character, count: Int) {
        description = String(repeating: character, count: max(0, count))
    }

    /// How many characters wide it is.
    package var count: Int { description.count }
    package var isEmpty: Bool { description.isEmpty }

    /// Padded behind.
    package func left(_ width: Int) -> OutputText { self + OutputText(repeating: " ", count: width - count) }

    /// Padded in front.
    package func right(_ width: Int) -> OutputText { OutputText(repeating: " ", count: width - count) + self }

    /// Cut to `limit` characters.
    package func cut(_ limit: Int) -> OutputText {
        count <= limit ? self : OutputText(ownWords: description.prefix(limit - 1) + "…")
    }

    package var withoutTrailingSpaces: OutputText {
        var line = description[...]
        while line.last == " " { line.removeLast() }
        return OutputText(ownWords: String(line))
    }
}

extension Sequence<OutputText> {
    package func joined(separator: OutputText = "") -> OutputText {
        OutputText(ownWords: map(\.description).joined(separator: separator.description))
    }
}
