internal import Glibc

/// Reads the messages of a file, one after another; memory stays flat however long the file is.
///
/// A file holds JSON Lines, or JSON documents of any layout: objects over several lines, or an array of objects. Its first line decides:
/// where that is a whole object, or is followed by a line that begins another one, the file is JSON Lines and a broken line is one bad
/// message. Lines end with LF or CRLF, the last one may lack its end, and blank ones are skipped; no other character ends a line. A byte
/// order mark at the start of the file is skipped.
package struct MessageReader: ~Copyable {
    /// The most that RabbitMQ lets a message have by default.
    package static let largestMessage = 134_217_728

    package enum Item {
        /// The bytes are valid during the call.
        case message(UnsafeRawBufferPointer)
        /// A message of so many bytes, too many to be held.
        case oversized(UInt64)
    }

    private enum Layout {
        case lines
        /// Inside an array of objects, or not.
        case documents(inArray: Bool)
    }

    private var file: InputFile
    private var layout: Layout?
    private var nextLine = 1
    /// The line on which the item last returned begins, from 1.
    package private(set) var lineNumber = 0
    /// The line on which the value at hand begins; 0 where that is the next one.
    private var beginning = 0
    private let limit: Int

    package var path: String { file.path }
    package var bytesRead: UInt64 { file.bytesRead }
    /// The size of a regular file, for a progress bar; nil for a pipe.
    package var fileSize: UInt64? { file.size }

    /// `-` is standard input.
    package init(path: String, limit: Int = largestMessage) throws(InputError) {
        file = try InputFile(path: path)
        self.limit = limit
    }

    /// Calls `body` with the next item. False at the end.
    package mutating func next(_ body: (Item) -> Void) throws(InputError) -> Bool {
        if layout == nil { layout = try findLayout() }
        if case .lines = layout { return try nextOfLines(body) }
        return try nextOfDocuments(body)
    }

    // MARK: What the file is

    private mutating func findLayout() throws(InputError) -> Layout {
        while file.unread.count < 4, !file.isAtEnd { try file.fill() }
        try refuseOtherEncodings()
        if file.unread.starts(with: [0xEF, 0xBB, 0xBF]) { file.take(3) }
        while true {
            if let layout = Self.layout(
                of: file.unread, isWhole: file.isAtEnd || file.unread.count >= InputFile.pieceSize)
            {
                return layout
            }
            try file.fill()
        }
    }

    private func refuseOtherEncodings() throws(InputError) {
        let start = file.unread.prefix(4)
        if start.starts(with: [0x1F, 0x8B]) {
            throw InputError(
                "could not read \(path): it is compressed; decompress it first, for instance with gzip -dc")
        }
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
            throw InputError(
                "could not read \(path): it is UTF-16; make it UTF-8 first, for instance with iconv -f UTF-16 -t UTF-8")
        }
    }

    /// Nil where more of the file is needed to tell.
    private static func layout(of text: UnsafeRawBufferPointer, isWhole: Bool) -> Layout? {
        guard let first = text.firstIndex(where: { !isSpace($0) }) else { return isWhole ? .lines : nil }
        let rest = UnsafeRawBufferPointer(rebasing: text[first...])
        if rest[0] == UInt8(ascii: "[") {
            guard let second = rest.dropFirst().first(where: { !isSpace($0) }) else { return isWhole ? .lines : nil }
            let isOfObjects = second == UInt8(ascii: "{") || second == UInt8(ascii: "]")
            return isOfObjects ? .documents(inArray: false) : .lines
        }
        guard rest[0] == UInt8(ascii: "{") else { return .lines }
        guard let lineEnd = rest.firstIndex(of: 0x0A) else { return isWhole ? .lines : nil }
        var extent = JSONExtent()
        // With its end, so that a string that is left open shows.
        guard case .open = extent.scan(UnsafeRawBufferPointer(rebasing: rest[...lineEnd])), !extent.isBroken else {
            return .lines
        }
        guard let second = rest[lineEnd...].firstIndex(where: { !isSpace($0) }) else { return isWhole ? .lines : nil }
        // Another object at the start of a line: the first one is broken, and the others are not.
        return rest[second] == UInt8(ascii: "{") && rest[second - 1] == 0x0A ? .lines : .documents(inArray: false)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    // MARK: JSON Lines

    private mutating func nextOfLines(_ body: (Item) -> Void) throws(InputError) -> Bool {
        var searched = 0
        while true {
            let text = file.unread
            if let place = Self.newline(in: text, from: searched) {
                if give(text.prefix(place), taking: place + 1, body) { return true }
                searched = 0
            } else if file.isAtEnd {
                guard !text.isEmpty else { return false }
                return give(text[...], taking: text.count, body)
            } else if text.count > limit + 1 {
                return try skipLine(body)
            } else {
                searched = text.count
                try file.fill()
            }
        }
    }

    private static func newline(in text: UnsafeRawBufferPointer, from place: Int) -> Int? {
        guard let start = text.baseAddress, place < text.count else { return nil }
        return memchr(start + place, 0x0A, text.count - place).map { start.distance(to: UnsafeRawPointer($0)) }
    }

    /// Gives the line out, unless it is blank.
    private mutating func give(_ line: Slice<UnsafeRawBufferPointer>, taking count: Int, _ body: (Item) -> Void) -> Bool
    {
        lineNumber = nextLine
        nextLine += 1
        let line = UnsafeRawBufferPointer(rebasing: line.last == 0x0D ? line.dropLast() : line)
        let isBlank = line.allSatisfy(Self.isSpace)
        if !isBlank { body(line.count > limit ? .oversized(UInt64(line.count)) : .message(line)) }
        file.take(count)
        return !isBlank
    }

    /// Leaves out a line that is too long to be held.
    private mutating func skipLine(_ body: (Item) -> Void) throws(InputError) -> Bool {
        lineNumber = nextLine
        nextLine += 1
        var count: UInt64 = 0
        while true {
            let text = file.unread
            let newline = Self.newline(in: text, from: 0)
            count += UInt64(newline ?? text.count)
            file.take(newline.map { $0 + 1 } ?? text.count)
            if newline != nil || file.isAtEnd { break }
            try file.fill()
        }
        body(.oversized(count))
        return true
    }

    // MARK: Documents

    private mutating func nextOfDocuments(_ body: (Item) -> Void) throws(InputError) -> Bool {
        while true {
            guard let byte = try skipSpace() else { return try endOfDocuments() }
            switch (byte, layout) {
            case (UInt8(ascii: "["), .documents(inArray: false)): layout = .documents(inArray: true)
            case (UInt8(ascii: "]"), .documents(inArray: true)): layout = .documents(inArray: false)
            case (UInt8(ascii: ","), .documents(inArray: true)): break
            case (UInt8(ascii: "{"), _), (UInt8(ascii: "["), _): return try value(body)
            default: return try scalar(body)
            }
            file.take(1)
        }
    }

    private mutating func endOfDocuments() throws(InputError) -> Bool {
        guard case .documents(inArray: true) = layout else { return false }
        layout = .lines
        throw InputError("\(path) ends inside an array: it may have been cut off; what is in it was read")
    }

    /// The next byte that is no white space; nil at the end.
    private mutating func skipSpace() throws(InputError) -> UInt8? {
        while true {
            let text = file.unread
            let place = text.firstIndex { !Self.isSpace($0) }
            nextLine += text.prefix(place ?? text.count).count { $0 == 0x0A }
            let byte = place.map { text[$0] }
            file.take(place ?? text.count)
            if let byte { return byte }
            if file.isAtEnd { return nil }
            try file.fill()
        }
    }

    /// An object, or an array where an object should be.
    private mutating func value(_ body: (Item) -> Void) throws(InputError) -> Bool {
        var extent = JSONExtent()
        var gone: UInt64 = 0
        while true {
            let end: Int
            switch extent.scan(file.unread) {
            case .closed(let place), .broken(let place): end = place
            case .open where file.isAtEnd: end = file.unread.count
            case .open:
                if gone > 0 || file.unread.count > limit {
                    // Too long to be held: only its end is looked for.
                    gone += UInt64(extent.scanned)
                    countLines(extent.scanned)
                    file.take(extent.scanned)
                    extent.forget()
                }
                try file.fill()
                continue
            }
            return finish(end, gone, body)
        }
    }

    /// Anything else: up to the next comma, bracket or line end.
    private mutating func scalar(_ body: (Item) -> Void) throws(InputError) -> Bool {
        var gone: UInt64 = 0
        while true {
            let text = file.unread
            let end = text.firstIndex {
                $0 == 0x0A || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "]") || $0 == UInt8(ascii: "{")
            }
            guard end == nil, !file.isAtEnd else {
                return finish(max(end ?? text.count, gone == 0 ? 1 : 0), gone, body)
            }
            if text.count > limit {
                gone += UInt64(text.count)
                file.take(text.count)
            }
            try file.fill()
        }
    }

    private mutating func countLines(_ count: Int) {
        if beginning == 0 { beginning = nextLine }
        nextLine += file.unread.prefix(count).count { $0 == 0x0A }
    }

    private mutating func finish(_ count: Int, _ gone: UInt64, _ body: (Item) -> Void) -> Bool {
        countLines(count)
        lineNumber = beginning
        beginning = 0
        var text = file.unread.prefix(count)
        while let last = text.last, Self.isSpace(last) { text = text.dropLast() }
        let size = gone + UInt64(text.count)
        body(size > limit ? .oversized(size) : .message(UnsafeRawBufferPointer(rebasing: text)))
        file.take(count)
        return true
    }
}

extension MessageReader {
    /// What to say of a message that is too long to be held; it is the one that was returned last.
    package func oversized(_ count: UInt64) -> String {
        "\(path), line \(lineNumber): a message of \(count) bytes, more than the \(limit) that any may have; it is left out"
    }
}
