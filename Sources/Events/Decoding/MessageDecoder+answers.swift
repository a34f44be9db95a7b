/// `scenario_choices` and `answers`: what feeds the alignment.
///
/// Questions are named by 1–128 characters or, as `user_id`, by an integer; options by 1–64 characters. These are the limits of an event
/// id and of the other ids.
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
            checks.report(.tooLong, at: .member(member), "\(position) entries, more than \(MessageLimits.answers)")
        }
    }

    private func readAnswer(
        _ entry: Int, _ member: StaticString, _ position: Int, _ isFromAnswers: Bool, _ checks: inout MemberChecks,
        _ batch: DeliveryBatch
    ) {
        guard checks.tape.isKind(entry, .object) else {
            return checks.reportType(entry, "an object", at: .element(member, position))
        }
        let found = FoundMembers<AnswerMember>(entry, on: checks.tape, vocabulary.answer)
        if found.hasRepeated {
            checks.ignoreRepeated(found, in: entry, vocabulary.answer) { .elementMember(member, position, $0.name) }
        }
        if checks.tape.isAbsent(found[.questionID]), checks.tape.isAbsent(found[.questionKey]), checks.isWorthWords() {
            let sentence =
                checks.missing("question_id", in: entry, vocabulary.answer)
                ?? checks.missing("question_key", in: entry, vocabulary.answer)
                ?? "question_id or question_key is required"
            checks.report(.missingField, at: .element(member, position), sentence)
        }
        let question = checks.id(
            found[.questionID], MessageLimits.question, at: .elementMember(member, position, "question_id"), batch)
        let key = checks.id(
            found[.questionKey], MessageLimits.question, at: .elementMember(member, position, "question_key"), batch)
        let place = Place.elementMember(member, position, "selected_option")
        if checks.tape.isAbsent(found[.selectedOption]) {
            checks.reportMissing(place, in: entry, vocabulary.answer)
        }
        guard let option = checks.text(found[.selectedOption], MessageLimits.option, at: place) else { return }
        batch.answers.append(
            Answer(
                questionID: question, questionKey: key, option: batch.bytes.append(option.raw),
                isFromAnswers: isFromAnswers, position: position))
    }
}
