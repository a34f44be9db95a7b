@testable internal import Events

/// Decides one input, and looks at everything that must hold of any.
@_cdecl("alidade_fuzz")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) {
    guard let input = Input(UnsafeRawBufferPointer(start: data, count: count)) else { return }
    let outcome = Outcome(of: input)
    expect(Outcome(of: input) == outcome, "deciding twice gives the same")
    expect(!outcome.eventID.isEmpty, "every message has an id")
    checkSentences(outcome)
    // Everything made of a message is made of at most what inflation lets through, of the message, and of a bounded number of sentences.
    let bound = 64 * (max(input.body.count, input.limits.maximumMessageBytes) + 65_536)
    expect(outcome.weight <= bound, "a batch of one message weighs \(outcome.weight) bytes")
    if outcome.isRejected { return expect(outcome.warnings.isEmpty, "warnings are about accepted messages") }
    expect(outcome.content != 0, "accepted content has a digest")
    let time = outcome.occurredAt ?? 0
    expect(DecodingLimits.isPlausible(time, receivedAt: Input.now), "an accepted time can be")
    if let extra = outcome.extra { checkJSON(extra, "the rest of the members") }
    if let payload = outcome.payload { checkPayload(payload, of: input, outcome) }
}

private func checkSentences(_ outcome: Outcome) {
    expect(outcome.isRejected == !outcome.errors.isEmpty, "errors refuse")
    expect(outcome.errors.count == min(outcome.errorCount, Rejection.keptPerMessage), "the first errors are kept")
    expect(
        outcome.warnings.count <= Warning.keptPerMessage + Warning.Code.allCases.count, "the first warnings are kept")
    let findings =
        outcome.errors.map { ($0.pointer, $0.detail) } + outcome.warnings.map { ($0.pointer, $0.detail) }
    for (pointer, sentence) in findings {
        expect(isPointer(pointer), "this is a JSON Pointer: \(pointer)")
        expect(!sentence.isEmpty && sentence.utf8.count <= 2048, "a sentence has a bound: \(sentence)")
        expect(!sentence.utf8.contains { $0 < 0x20 }, "a sentence is one line: \(sentence)")
    }
}

/// RFC 6901: empty, or steps that each begin with a slash, in which a tilde is followed by 0 or 1.
private func isPointer(_ pointer: String) -> Bool {
    let bytes = Array(pointer.utf8)
    guard let first = bytes.first else { return true }
    guard first == UInt8(ascii: "/") else { return false }
    return bytes.indices.allSatisfy { place in
        guard bytes[place] == UInt8(ascii: "~") else { return true }
        return place + 1 < bytes.count
            && (bytes[place + 1] == UInt8(ascii: "0") || bytes[place + 1] == UInt8(ascii: "1"))
    }
}

private func checkJSON(_ bytes: [UInt8], _ what: String) {
    expect(String(validating: bytes, as: UTF8.self) != nil, "\(what) is UTF-8")
    let isJSON = bytes.withUnsafeBytes { (try? JSONDiagnosis($0)) != nil }
    expect(isJSON, "\(what) is JSON")
}

/// What is stored is the event without what was around it: it says the same, and its bytes count as JSON.
private func checkPayload(_ payload: [UInt8], of input: Input, _ outcome: Outcome) {
    checkJSON(payload, "a stored payload")
    expect(payload.count <= input.limits.maximumMessageBytes, "a payload is within the limit")
    guard let time = outcome.occurredAt, time >= 0 else { return }
    let again = Outcome(of: Input(payload: payload, of: input, eventID: outcome.eventID, occurredAt: time))
    expect(!again.isRejected, "a stored payload is read again: \(again.errors)")
    expect(again.content == outcome.content, "a stored payload says the same")
    expect(again.payload == payload, "a stored payload stays as it is")
}
