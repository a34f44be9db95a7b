/// Celery's task messages: the event is the task's only argument, or its keyword arguments.
extension MessageDecoder {
    /// Protocol 2: a list of three, whose task and id are in the headers.
    func task(
        _ tape: Tape, _ document: DocumentParser.Document, _ pointer: String, _ envelope: borrowing Envelope,
        in batch: DeliveryBatch
    ) -> Finding {
        let shape =
            "the headers task and id announce a Celery task, whose body is a list of arguments, keyword arguments and options"
        let arguments = Tape.root + 1
        let end = tape.closing(Tape.root)
        let keywords = arguments < end ? tape.after(arguments) : end
        let options = keywords < end ? tape.after(keywords) : end
        guard options < end, tape.after(options) == end, tape.isKind(arguments, .array), tape.isKind(keywords, .object)
        else {
            return .refused(Rejection(.notAnObject, at: pointer, "\(shape); this one is not"))
        }
        var places: [Range<Int>] = []
        let bytes = batch.bytes[envelope.event]
        JSONMemberScanner.forEachElement(of: 0..<bytes.count, in: bytes) { places.append($0) }
        guard places.count == 3 else {
            return .refused(Rejection(.notAnObject, at: pointer, "\(shape); this one is not"))
        }
        return argument(
            tape, document, (arguments, places[0], "\(pointer)/0"), (keywords, places[1], "\(pointer)/1"), envelope,
            in: batch)
    }

    /// Protocol 1: an object with `task`, `id`, `args` and `kwargs`. Nil where the root is none.
    func olderTask(
        _ tape: Tape, _ document: DocumentParser.Document, _ pointer: String, _ envelope: inout Envelope,
        in batch: DeliveryBatch
    ) -> Finding? {
        let (task, id) = (tape.member("task", of: Tape.root), tape.member("id", of: Tape.root))
        let (arguments, keywords) = (tape.member("args", of: Tape.root), tape.member("kwargs", of: Tape.root))
        guard task != 0, id != 0, arguments != 0, keywords != 0, tape.isKind(task, .string),
            tape.isAbsent(arguments) || tape.isKind(arguments, .array),
            tape.isAbsent(keywords) || tape.isKind(keywords, .object)
        else { return nil }
        let bytes = batch.bytes[envelope.event]
        guard let argumentsPlace = JSONMemberScanner.values(at: ["args"], in: bytes).last,
            let keywordsPlace = JSONMemberScanner.values(at: ["kwargs"], in: bytes).last
        else { return nil }
        takeAttributes(.of(id, tape), nil, &envelope, in: batch) { "\(pointer)/\($0) of the Celery task" }
        return argument(
            tape, document, (arguments, argumentsPlace, "\(pointer)/args"),
            (keywords, keywordsPlace, "\(pointer)/kwargs"),
            envelope, in: batch)
    }

    private typealias Part = (value: Int, place: Range<Int>, pointer: String)

    private func argument(
        _ tape: Tape, _ document: DocumentParser.Document, _ arguments: Part, _ keywords: Part,
        _ envelope: borrowing Envelope,
        in batch: DeliveryBatch
    ) -> Finding {
        var count = 0
        if tape.isKind(arguments.value, .array) {
            var element = arguments.value + 1
            while element < tape.closing(arguments.value) {
                count += 1
                element = tape.after(element)
            }
        }
        let first = arguments.value + 1
        let hasKeywords =
            tape.isKind(keywords.value, .object) && keywords.value + 1 < tape.closing(keywords.value)
        if count == 1, tape.isKind(first, .object) || (tape.isKind(first, .string) && !hasKeywords) {
            var place = 0..<0
            JSONMemberScanner.forEachElement(of: arguments.place, in: batch.bytes[envelope.event]) { place = $0 }
            return .inside(envelope.event.part(place), .task, pointer: "\(arguments.pointer)/0")
        }
        if hasKeywords { return .inside(envelope.event.part(keywords.place), .task, pointer: keywords.pointer) }
        let expected = "send the event as its only argument, or as its keyword arguments"
        switch count {
        case 0:
            let sentence = "the Celery task has neither arguments nor keyword arguments; \(expected)"
            return .refused(Rejection(.notAnObject, at: keywords.pointer, sentence))
        case 1:
            let found = tape.kindName(first)
            let sentence = "the only argument of the Celery task is \(found), not an object; \(expected)"
            return .refused(Rejection(.notAnObject, at: "\(arguments.pointer)/0", sentence))
        default:
            let sentence = "the Celery task has \(count) arguments; \(expected)"
            return .refused(Rejection(.notAnObject, at: arguments.pointer, sentence))
        }
    }
}

extension ByteRange {
    func part(_ place: Range<Int>) -> ByteRange {
        ByteRange(offset: offset + UInt32(place.lowerBound), count: UInt32(place.count))
    }
}
