internal import JSON

/// The envelope: what is around an event is taken off before its members are read. See <doc:Messages>.
extension MessageDecoder {
    /// What an event can be wrapped in; each of them once.
    struct Layers: OptionSet {
        let rawValue: UInt8
        static let text = Layers(rawValue: 1)
        static let task = Layers(rawValue: 2)
        static let cloudEvent = Layers(rawValue: 4)

        /// Levels that they add to those of the event: a task's list and its arguments, a CloudEvent.
        static let levels = 3
    }

    enum Finding {
        /// Nothing that can be taken off.
        case event
        /// There is something in `event`, a part of what was looked at or made of it.
        case inside(_ event: ByteRange, Layers, pointer: String)
        case refused(Rejection)
    }

    /// The event and its document: without a tape where there is none. Then the envelope's errors say why.
    mutating func open(_ envelope: inout Envelope, in batch: DeliveryBatch) -> DocumentParser.Document {
        // An empty table is what kombu always sends.
        var headers = EnvelopeHeaders()
        if let table = envelope.delivery.properties.headers, table.count > 2 {
            headers = EnvelopeHeaders(batch.bytes[table])
        }
        let complaint = checkTransport(&envelope, headers, in: batch)
        guard !envelope.isClosed else { return DocumentParser.Document() }
        skipByteOrderMark(&envelope, in: batch)
        var document = parser.parse(batch.bytes[envelope.event])
        if headers.eventID != nil || headers.time != nil {
            takeAttributes(headers.eventID, headers.time, &envelope, in: batch) { "the header \($0) of the CloudEvent" }
        }
        if !isEvent(document, envelope.delivery.queue) { document = unwrap(document, headers, &envelope, in: batch) }
        conclude(complaint, document, &envelope)
        return document
    }

    /// Whether the root has a member that only events have.
    @inline(__always)
    private func isEvent(_ document: DocumentParser.Document, _ queue: IngestQueue) -> Bool {
        guard let tape = document.tape, tape.isKind(Tape.root, .object) else { return false }
        return isEvent(Tape.root, on: tape, queue)
    }

    @inline(__always)
    func isEvent(_ object: Int, on tape: Tape, _ queue: IngestQueue) -> Bool {
        let end = tape.closing(object)
        var key = object + 1
        while key < end {
            if isOwn(tape.text(key), queue) { return true }
            key = tape.after(key + 1)
        }
        return false
    }

    @inline(__always)
    private func isOwn(_ name: Text, _ queue: IngestQueue) -> Bool {
        switch queue {
        case .profiler:
            let place = vocabulary.profiler.position(of: name)
            guard place >= 0 else { return false }
            // A payload that is only to be scored need not have any of the three.
            return place <= ProfilerMember.completionStatus.rawValue || !limits.requiresSession
        case .intelligence:
            let place = vocabulary.intelligence.position(of: name)
            return place >= 0 && place <= IntelligenceMember.eventType.rawValue
        }
    }

    private func skipByteOrderMark(_ envelope: inout Envelope, in batch: DeliveryBatch) {
        guard Self.hasByteOrderMark(batch.bytes[envelope.event]) else { return }
        envelope.event.offset += 3
        envelope.event.count -= 3
        let sentence = "the body starts with a byte order mark; JSON is sent without one"
        if limits.isStrict {
            envelope.errors.append(Rejection(.notJSON, at: "", sentence))
        } else {
            envelope.warnings.append(Warning(.byteOrderMark, at: "", sentence))
        }
    }

    /// Puts the flaw of the document and what is to be said of the content type into the envelope.
    private func conclude(_ complaint: String?, _ document: DocumentParser.Document, _ envelope: inout Envelope) {
        // A body that is announced as something else need not be JSON too.
        let isJSON = document.flaw.map { $0.reason != .notJSON && $0.reason != .notUTF8 } ?? true
        if let flaw = document.flaw, isJSON || (complaint == nil && envelope.errors.isEmpty) {
            envelope.errors.append(flaw)
        }
        guard let complaint else { return }
        if isJSON, !limits.isStrict {
            envelope.warnings.insert(Warning(.contentType, at: "", complaint), at: 0)
        } else {
            envelope.errors.insert(Rejection(.unsupportedEncoding, at: "", complaint), at: 0)
        }
    }
}

extension MessageDecoder {
    /// Takes off one layer after another; the document of what is left.
    @inline(never)
    private mutating func unwrap(
        _ outermost: DocumentParser.Document, _ headers: EnvelopeHeaders, _ envelope: inout Envelope,
        in batch: DeliveryBatch
    ) -> DocumentParser.Document {
        var document = outermost
        var layers: Layers = []
        var pointer = ""
        while let tape = document.tape {
            let finding = find(tape, document, headers, layers, pointer, &envelope, in: batch)
            switch finding {
            case .event: return document
            case .refused(let rejection): return DocumentParser.Document(flaw: document.flaw ?? rejection)
            case .inside(let event, let layer, let place):
                guard document.depth <= DecodingLimits.maximumDepth + Layers.levels else {
                    return DocumentParser.Document(flaw: document.flaw)
                }
                layers.insert(layer)
                pointer = place
                envelope.event = event
                let hadSurrogates = document.substitutions.hasSurrogates
                document = parser.parse(batch.bytes[event])
                if layer == .text { warnOfText(&document, pointer, &envelope) }
                if hadSurrogates { document.substitutions.hasSurrogates = true }
            }
        }
        return document
    }

    private func find(
        _ tape: Tape, _ document: DocumentParser.Document, _ headers: EnvelopeHeaders, _ layers: Layers,
        _ pointer: String,
        _ envelope: inout Envelope, in batch: DeliveryBatch
    ) -> Finding {
        switch tape.letter(Tape.root) {
        case Tape.Kind.object.rawValue where isEvent(Tape.root, on: tape, envelope.delivery.queue): return .event
        case Tape.Kind.object.rawValue:
            if !layers.contains(.cloudEvent), tape.member("specversion", of: Tape.root) != 0 {
                return cloudEvent(tape, document, pointer, &envelope, in: batch)
            }
            if !layers.contains(.task), let finding = olderTask(tape, document, pointer, &envelope, in: batch) {
                return finding
            }
            return foreignEnvelope(tape, pointer, envelope.delivery.queue).map { .refused($0) } ?? .event
        case Tape.Kind.array.rawValue:
            if headers.task != nil, let id = headers.taskID, layers.isEmpty {
                takeAttributes(id, nil, &envelope, in: batch) { "the header \($0) of the Celery task" }
                return task(tape, document, pointer, envelope, in: batch)
            }
            return .refused(refusal(ofArray: tape, pointer))
        case Tape.Kind.string.rawValue where !layers.contains(.text):
            let text = tape.text(Tape.root)
            guard text.bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else { break }
            return .inside(batch.bytes.append(text.raw), .text, pointer: pointer)
        default: break
        }
        return .refused(refusal(ofScalar: tape, document, pointer))
    }

    private func refusal(ofScalar tape: Tape, _ document: DocumentParser.Document, _ pointer: String) -> Rejection {
        let subject = Self.subject(pointer)
        if tape.isKind(Tape.root, .string), tape.text(Tape.root).bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "\"")
        {
            let sentence = "\(subject) is a string that holds a string: encode the object as JSON once"
            return Rejection(.notAnObject, at: pointer, sentence)
        }
        let found = tape.kindName(Tape.root)
        return Rejection(.notAnObject, at: pointer, "\(subject) is \(found), not an object")
    }

    static func subject(_ pointer: String) -> String { pointer.isEmpty ? "the body" : "what is in \(pointer)" }

    /// `document` was read from a text.
    private func warnOfText(_ document: inout DocumentParser.Document, _ pointer: String, _ envelope: inout Envelope) {
        let subject = Self.subject(pointer)
        guard document.tape != nil else {
            let flaw = document.flaw?.detail ?? ""
            let sentence = "\(subject) is a string that holds no JSON object: inside it, \(flaw)"
            document.flaw = Rejection(.notAnObject, at: pointer, sentence)
            return
        }
        let sentence = "\(subject) is a string that holds the object, encoded as JSON twice; send the object itself"
        if limits.isStrict {
            envelope.errors.append(Rejection(.notAnObject, at: pointer, sentence))
        } else {
            envelope.warnings.append(Warning(.encodedTwice, at: pointer, sentence))
        }
    }

    private func refusal(ofArray tape: Tape, _ pointer: String) -> Rejection {
        var (count, objects) = (0, 0)
        var element = Tape.root + 1
        while element < tape.closing(Tape.root) {
            count += 1
            if tape.isKind(element, .object) { objects += 1 }
            element = tape.after(element)
        }
        let subject = Self.subject(pointer)
        let sentence =
            switch (count, objects) {
            case (0, _): "\(subject) is an empty array, not an object"
            case (1, 1): "\(subject) is an array of 1 event: send the object itself, without the array"
            case (count, count): "\(subject) is an array of \(count) events: send one message each"
            default: "\(subject) is an array, not an object"
            }
        return Rejection(.notAnObject, at: pointer, sentence)
    }
}

extension Tape {
    /// The value of the member `name`, of several the last one; 0 where there is none. For the rare objects that are no events.
    func member(_ name: StaticString, of object: Int) -> Int {
        let expected = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        var found = 0
        var key = object + 1
        while key < closing(object) {
            if text(key).raw.elementsEqual(expected) { found = key + 1 }
            key = after(key + 1)
        }
        return found
    }
}
