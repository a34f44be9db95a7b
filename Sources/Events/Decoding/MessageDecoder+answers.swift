/// `scenario_choices` and `answers`: what feeds the alignment.
///
/// Questions are named by 1–255 characters or, as `user_id`, by an integer; an option is a text of 1–64 characters, or a number or a boolean,
/// which is read as its text. An entry that is of no use is left out; one without an option is a question that was not answered.
extension MessageDecoder {
    func readAnswers(
        _ found: ProfilerFound, into record: inout ProfilerTelemetry, _ checks: inout MemberChecks,
        _ batch: DeliveryBatch
    ) {
        let start = batch.answers.count
        readAnswers(found[.scenarioChoices], "scenario_choices", isFromAnswers: false, &checks, batch)
        readAnswers(found[.answers], "answers", isFromAnswers: true, &checks, batch)
        record.answers = start..<batch.answers.count
    }

    private func readAnswers(
        _ array: Int, _ member: StaticString, isFromAnswers: Bool, _ checks: inout MemberChecks, _ batch: DeliveryBatch
    ) {
        guard checks.isContainer(array, .array, at: .member(member)) else { return }
        let tape = checks.tape
        let end = tape.closing(array)
        var entry = array + 1
        var position = 0
        while entry < end {
            // Beyond the limit the entries are counted and not looked into.
            if position < MessageLimits.answers {
                readAnswer(entry, member, position, isFromAnswers, &checks, batch)
            }
            entry = tape.after(entry)
            position += 1
        }
        if position > MessageLimits.answers {
            checks.refuseSurplus(position, "entries", MessageLimits.answers, at: .member(member))
        }
    }

    private func readAnswer(
        _ entry: Int, _ member: StaticString, _ position: Int, _ isFromAnswers: Bool, _ checks: inout MemberChecks,
        _ batch: DeliveryBatch
    ) {
        guard checks.tape.isKind(entry, .object) else {
            return checks.refuseType(entry, "an object", at: .element(member, position), .entry)
        }
        let found = FoundMembers<AnswerMember>(entry, on: checks.tape, vocabulary.answer)
        if found.hasRepeated {
            checks.ignoreRepeated(found, in: entry, vocabulary.answer) { .elementMember(member, position, $0.name) }
        }
        let (id, key) = (found[.questionID], found[.questionKey])
        let (hasID, hasKey) = (!checks.isMissing(id), !checks.isMissing(key))
        guard hasID || hasKey else {
            return refuseUnnamed(entry, at: .element(member, position), &checks)
        }
        // The entry can do without one of them.
        let questionID = checks.id(
            id, MessageLimits.question, at: .elementMember(member, position, "question_id"), hasKey ? .whole : .entry,
            batch)
        let questionKey = checks.id(
            key, MessageLimits.question, at: .elementMember(member, position, "question_key"),
            questionID != nil ? .whole : .entry, batch)
        guard
            let option = option(
                found[.selectedOption], at: .elementMember(member, position, "selected_option"), &checks, batch),
            questionID != nil || questionKey != nil
        else { return }
        batch.answers.append(
            Answer(
                questionID: questionID, questionKey: questionKey, option: option, isFromAnswers: isFromAnswers,
                position: position))
    }

    private func refuseUnnamed(_ entry: Int, at place: Place, _ checks: inout MemberChecks) {
        let sentence =
            checks.missing("question_id", in: entry, vocabulary.answer)
            ?? checks.missing("question_key", in: entry, vocabulary.answer)
            ?? "question_id or question_key is required"
        checks.refuse(.missingField, at: place, .entry, sentence)
    }

    /// Nil for a question that was not answered, and for an option that is of no use.
    private func option(
        _ value: Int, at place: Place, _ checks: inout MemberChecks, _ batch: DeliveryBatch
    ) -> ByteRange? {
        if checks.tape.isAbsent(value) { return nil }
        if checks.tape.isKind(value, .string) {
            return checks.text(value, MessageLimits.option, at: place, .entry).map { batch.bytes.append($0.raw) }
        }
        guard let text = checks.scalarAsText(value) else {
            checks.refuseType(value, "a string", at: place, .entry)
            return nil
        }
        checks.scratch.note(value, means: ContentHash.hash(text))
        return batch.bytes.append(text.raw)
    }
}
