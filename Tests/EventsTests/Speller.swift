import Foundation

@testable import Events

/// Writes a message in one of the many spellings that have its meaning; the plainest where it is not `isFree`.
struct Speller {
    var random: SeededRandom
    var isFree = true

    mutating func body(_ message: SensibleMessage) -> String {
        var members = message.members.sorted { $0.key < $1.key }.map { ($0.key, value($0.value)) }
        if isFree {
            for name in message.optional.sorted() where message.members[name] == nil {
                // Of a member that nobody reads an empty text is one.
                if let text = [nil, "null", isRead(name) ? "\"\"" : "null"].randomElement(using: &random) ?? nil {
                    members.append((name, text))
                }
            }
            if oneIn(2) { members.append(("event_id", quoted("e-1"))) }
        }
        return object(members, isTop: true)
    }

    private func isRead(_ name: String) -> Bool { name != "cohort" && name != "tenant" }

    private mutating func oneIn(_ count: Int) -> Bool {
        isFree && Int.random(in: 0..<count, using: &random) == 0
    }

    private mutating func pick(_ spellings: [String]) -> String {
        isFree ? spellings.randomElement(using: &random) ?? spellings[0] : spellings[0]
    }

    private mutating func space() -> String { pick(["", "", " ", "\n", "\t ", "\r\n"]) }

    private mutating func object(_ members: [(String, String)], isTop: Bool = false) -> String {
        var members = members.sorted { $0.0 < $1.0 }
        if isFree { members.shuffle(using: &random) }
        var written: [String] = []
        for (name, value) in members {
            let text = space() + quoted(name) + space() + ":" + space() + value + space()
            // The last one of several counts, whatever the others say. Of a member that nobody reads each is kept.
            if isTop, isRead(name), oneIn(6) {
                let earlier = quoted(name) + ":" + pick(["null", "[]", "\"?\"", "-1"])
                written.insert(earlier, at: Int.random(in: 0...written.count, using: &random))
            }
            written.append(text)
        }
        return "{" + (written.isEmpty ? space() : written.joined(separator: ",")) + "}"
    }

    private mutating func value(_ sense: Sense, isRead: Bool = true) -> String {
        switch sense {
        case .text(let text):
            let number = isRead && !text.hasPrefix("0") ? Int(text) : nil
            return pick([quoted(text), number.map { "\($0)" } ?? quoted(text)])
        case .id(let id): return pick(["\(id)", "\"\(id)\""])
        case .number(let tenths): return number(tenths, isRead)
        case .integer(let value): return number(value * 10, isRead)
        case .boolean(let value): return pick(["\(value)"] + (isRead ? ["\"\(value)\"", value ? "1" : "0"] : []))
        case .word(let word): return quoted(pick([word, word.lowercased(), word.uppercased(), word.capitalized]))
        case .time(let time): return self.time(time)
        case .seconds(let seconds):
            return object(seconds.sorted { $0.key < $1.key }.map { ($0.key, number($0.value, true)) })
        case .answers(let answers):
            return "[" + answers.map { answer($0) }.joined(separator: ",") + space() + "]"
        case .other(let members):
            return object(members.sorted { $0.key < $1.key }.map { ($0.key, value($0.value, isRead: false)) })
        case .list(let elements):
            return "[" + elements.map { value($0, isRead: false) }.joined(separator: "," + space()) + "]"
        }
    }

    private mutating func answer(_ answer: [String: String]) -> String {
        var members = answer.sorted { $0.key < $1.key }.map { ($0.key, value(.text($0.value))) }
        for name in ["question_id", "question_key"] where answer[name] == nil && oneIn(2) {
            members.append((name, pick(["null", "\"\""])))
        }
        return object(members)
    }

    private mutating func number(_ tenths: Int, _ isRead: Bool) -> String {
        let (whole, tenth) = tenths.quotientAndRemainder(dividingBy: 10)
        let plain = tenth == 0 ? ["\(whole)", "\(whole).0", "\(whole)e0"] : ["\(whole).\(tenth)"]
        let text = pick(plain + ["\(whole).\(tenth)00", "\(tenths)e-1", "\(tenths * 10)E-2", "\(whole).\(tenth)e+0"])
        return pick([text, isRead ? "\"\(text)\"" : text])
    }

    private mutating func time(_ time: Timestamp) -> String {
        let (seconds, micros) = time.quotientAndRemainder(dividingBy: 1_000_000)
        let digits = String(String(micros + 1_000_000).dropFirst())
        var fractions = ["." + digits, "." + digits + "000"]
        if micros == 0 { fractions += ["", "", ".0"] }
        if micros % 1000 == 0 { fractions.append("." + digits.prefix(3)) }
        let offset = isFree ? [0, 0, 180, -330, 840].randomElement(using: &random) ?? 0 : 0
        let (hours, minutes) = abs(offset).quotientAndRemainder(dividingBy: 60)
        let (h, m) = (String(String(hours + 100).dropFirst()), String(String(minutes + 100).dropFirst()))
        let sign = offset < 0 ? "-" : "+"
        let zone = pick(offset == 0 ? ["Z", "+00:00", "+0000"] : ["\(sign)\(h):\(m)", "\(sign)\(h)\(m)"])
        var written = [quoted(local(seconds + Int64(offset * 60), "%Y-%m-%dT%H:%M:%S") + pick(fractions) + zone)]
        if micros == 0 { written.append("\(seconds)") }
        if micros == 0, seconds % 60 == 0 {
            written.append(quoted(local(seconds + Int64(offset * 60), "%Y-%m-%dT%H:%M") + zone))
        }
        if micros % 1000 == 0 { written.append("\(time / 1000)") }
        return pick(written)
    }

    private func local(_ seconds: Int64, _ format: String) -> String {
        var (clock, parts) = (time_t(seconds), tm())
        gmtime_r(&clock, &parts)
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, format, &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Some characters as escapes.
    private mutating func quoted(_ text: String) -> String {
        var written = "\""
        for scalar in text.unicodeScalars {
            let mustEscape = scalar == "\"" || scalar == "\\" || scalar.value < 0x20
            guard mustEscape || oneIn(8) else {
                written.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(Int(unit) + 0x10000, radix: 16).dropFirst()
                written += "\\u" + pick([String(digits), digits.uppercased()])
            }
        }
        return written + "\""
    }
}
