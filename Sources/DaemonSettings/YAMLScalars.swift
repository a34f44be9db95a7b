internal import CYAML

/// A configuration file, flattened: every scalar with its dotted path and the line it stands on.
struct YAMLScalars {
    struct Scalar: Equatable {
        var path: String
        var text: String
        /// A quoted scalar is always a string.
        var isQuoted: Bool
        /// From 1.
        var line: Int

        var isNull: Bool { !isQuoted && ["", "~", "null", "Null", "NULL"].contains(text) }
    }

    private(set) var scalars: [Scalar] = []
    /// Paths of sections, with their lines: an empty or unknown section is found by them.
    private(set) var sections: [(path: String, line: Int)] = []
    /// Paths whose value is a list, with their lines.
    private(set) var lists: [String: Int] = [:]
    /// What is wrong with the text, with the line.
    private(set) var problems: [(line: Int, text: String)] = []

    /// Reads one document whose mappings may be nested and whose lists hold scalars: all that a configuration needs.
    init(_ text: [UInt8]) {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else {
            problems.append((1, "out of memory"))
            return
        }
        defer { yaml_parser_delete(&parser) }
        text.withUnsafeBufferPointer { bytes in
            yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
            read(&parser, text)
        }
    }

    private struct Level {
        var isList: Bool
        /// The key whose value comes next; nil where a key comes next.
        var key: String?
        var keyLine = 0
        var seen: Set<String> = []
    }

    private mutating func read(_ parser: inout yaml_parser_t, _ text: [UInt8]) {
        var levels: [Level] = []
        var documents = 0
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(&parser, &event) == 1 else {
                // What was understood so far may be something else than what was meant.
                (scalars, sections, lists) = ([], [], [:])
                return problems.append((Int(parser.problem_mark.line) + 1, Self.syntaxProblem(parser, text)))
            }
            defer { yaml_event_delete(&event) }
            let line = Int(event.start_mark.line) + 1
            if event.isDecorated {
                return problems.append((line, "anchors (&) and tags (!) are not used in a configuration"))
            }
            switch event.type {
            case YAML_STREAM_END_EVENT: return
            case YAML_DOCUMENT_START_EVENT:
                documents += 1
                if documents > 1 {
                    return problems.append((line, "a second document starts here; there is one configuration"))
                }
            case YAML_ALIAS_EVENT: return problems.append((line, "anchors and aliases are not used in a configuration"))
            case YAML_MAPPING_START_EVENT, YAML_SEQUENCE_START_EVENT:
                let isList = event.type == YAML_SEQUENCE_START_EVENT
                let path = levels.compactMap(\.key).joined(separator: ".")
                if levels.last?.isList == true {
                    return problems.append((line, "\(path): a list holds values, not lists or sections"))
                }
                if let level = levels.last, level.key == nil {
                    return problems.append((line, "a key must be a word, not a list or section"))
                }
                if levels.isEmpty, isList {
                    return problems.append((line, "the file is a list; sections with keys were expected"))
                }
                let keyLine = levels.last?.keyLine ?? line
                if isList { lists[path] = keyLine } else if !path.isEmpty { sections.append((path, keyLine)) }
                levels.append(Level(isList: isList))
            case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
                levels.removeLast()
                if !levels.isEmpty { levels[levels.count - 1].key = nil }
            case YAML_SCALAR_EVENT:
                let scalar = event.data.scalar
                let text = String(
                    decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
                guard take(text, isQuoted: scalar.style != YAML_PLAIN_SCALAR_STYLE, line, &levels) else { return }
            default: break
            }
        }
    }

    /// A scalar is a key or a value, depending on where it stands. False where the rest cannot be understood.
    private mutating func take(_ text: String, isQuoted: Bool, _ line: Int, _ levels: inout [Level]) -> Bool {
        // Not the level itself: a second reference to its keys would have them copied for each that is added.
        guard let isElement = levels.last.map({ $0.isList || $0.key != nil }) else {
            let whole = Scalar(path: "", text: text, isQuoted: isQuoted, line: line)
            // After an empty document another one may start.
            guard !whole.isNull else { return true }
            problems.append((line, "the file is a single value; sections with keys were expected"))
            return false
        }
        let path = levels.compactMap(\.key).joined(separator: ".")
        if isElement {
            scalars.append(Scalar(path: path, text: text, isQuoted: isQuoted, line: line))
            if !levels[levels.count - 1].isList { levels[levels.count - 1].key = nil }
            return true
        }
        if text.contains(".") {
            problems.append(
                (line, "\(PasswordMask.quoted(text)): a key holds no dot; sections are nested, as in broker: {url: …}"))
        }
        let full = path.isEmpty ? text : "\(path).\(text)"
        if !levels[levels.count - 1].seen.insert(text).inserted {
            problems.append((line, "\(PasswordMask.masked(full)): stands here a second time"))
        }
        levels[levels.count - 1].key = text
        levels[levels.count - 1].keyLine = line
        return true
    }

    /// libyaml's words with the column; the one mistake that they do not explain is named.
    private static func syntaxProblem(_ parser: yaml_parser_t, _ text: [UInt8]) -> String {
        let problem = parser.problem.map { String(cString: $0) } ?? "no reason given"
        if parser.error == YAML_READER_ERROR {
            return "the file is not UTF-8 text: \(problem) (byte \(parser.problem_offset))"
        }
        let line = Int(parser.problem_mark.line)
        let lines = text.split(separator: 0x0A, maxSplits: line + 1, omittingEmptySubsequences: false)
        if line < lines.count, lines[line].prefix(while: { $0 == 0x20 || $0 == 0x09 }).contains(0x09) {
            return "the file is not YAML: a tab indents this line; only spaces may"
        }
        let context =
            parser.context.map { " " + String(cString: $0) + " that begins in line \(parser.context_mark.line + 1)" }
            ?? ""
        return "the file is not YAML: \(problem), column \(parser.problem_mark.column + 1)\(context)"
    }
}

extension yaml_event_t {
    /// It carries an anchor or a tag.
    fileprivate var isDecorated: Bool {
        switch type {
        case YAML_SCALAR_EVENT: data.scalar.anchor != nil || data.scalar.tag != nil
        case YAML_SEQUENCE_START_EVENT: data.sequence_start.anchor != nil || data.sequence_start.tag != nil
        case YAML_MAPPING_START_EVENT: data.mapping_start.anchor != nil || data.mapping_start.tag != nil
        default: false
        }
    }
}
