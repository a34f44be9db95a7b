/// Members that the settings declare as dimensions. They stand at the top level of the message, beside those of <doc:Messages>.
extension MessageDecoder {
    /// Of a member that is given twice the last counts. What they say changes nothing of what a message is: its content and its identity are
    /// the same to a worker that declares them and to one that does not.
    @inline(never)
    func readDimensions(_ checks: inout MemberChecks, _ batch: DeliveryBatch) -> Range<Int> {
        let first = batch.dimensions.count
        var members = checks.tape.members(of: Tape.root)
        while let (name, value) = members.next() {
            guard vocabulary.dimensions.position(of: name) >= 0,
                let text = checks.dimension(value, at: .root(name))
            else { continue }
            batch.dimensions.append(
                MessageDimension(name: batch.bytes.append(name.raw), value: batch.bytes.append(text.raw)))
        }
        return first..<batch.dimensions.count
    }
}

extension MessageDecoder {
    /// What a stored object, a payload or an `extra`, says of declared dimensions; nothing where it is no object.
    package mutating func readDimensions(ofStored object: ByteRange, in batch: DeliveryBatch) -> Range<Int> {
        let document = parser.parse(batch.bytes[object])
        defer { parser.giveBack(after: Int(object.count)) }
        guard let tape = document.tape, tape.isKind(Tape.root, .object) else { return 0..<0 }
        var checks = MemberChecks(tape, document.substitutions, DecodingLimits(), scratch)
        checks.hasNulls = document.hasNull
        return readDimensions(&checks, batch)
    }
}

extension MemberChecks {
    /// A text of at most ``MessageLimits/dimension`` characters, or a number or a boolean as text. Of a text that is longer the beginning counts.
    fileprivate mutating func dimension(_ value: Int, at place: Place) -> Text? {
        if isMissing(value) { return nil }
        if tape.isKind(value, .string) { return text(value, MessageLimits.dimension, at: place) }
        guard let text = scalarAsText(value) else {
            refuseType(value, "a string, a number or a boolean", at: place, .optional)
            return nil
        }
        return text.prefix(MessageLimits.dimension.upperBound)
    }
}
