/// A `User-Agent` header in lower case, with the places where its words begin.
///
/// Rules are matched at the beginning of words only: `Operativo` is no Opera.
struct UserAgentWords {
    private let text: [UInt8]
    private let starts: [Int]
    let isRobot: Bool

    init(_ header: some Collection<UInt8>) {
        text = header.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
        var starts: [Int] = []
        var isInside = false
        var isRobot = false
        for index in text.indices {
            let isPart = Self.isPart(text[index])
            if isPart, !isInside { starts.append(index) }
            if !isPart, isInside, let start = starts.last { isRobot = isRobot || Self.isRobot(text[start..<index]) }
            isInside = isPart
        }
        if isInside, let start = starts.last { isRobot = isRobot || Self.isRobot(text[start...]) }
        self.starts = starts
        self.isRobot = isRobot || Self.hasAddress(text) || Self.family(text, starts, UserAgentRules.robots) != nil
    }

    private static func isPart(_ byte: UInt8) -> Bool { 0x61...0x7A ~= byte || 0x30...0x39 ~= byte || byte >= 0x80 }

    /// `Googlebot`, `AdsBot`, `Baiduspider`, `linkcrawler`. CUBOT makes telephones.
    private static func isRobot(_ word: ArraySlice<UInt8>) -> Bool {
        let isNamed = UserAgentRules.robotEndings.contains { ending in
            word.count >= ending.count && word.suffix(ending.count).elementsEqual(ending)
        }
        return isNamed && !UserAgentRules.innocent.contains { word.elementsEqual($0) }
    }

    /// `+https://…`: the address of who sent it out, as robots give it and browsers never do.
    private static func hasAddress(_ text: [UInt8]) -> Bool {
        let mark = UserAgentRules.addressMark
        guard text.count > mark.count else { return false }
        return (0...text.count - mark.count).contains { start in
            text[start] == mark[0] && text[start..<start + mark.count].elementsEqual(mark)
        }
    }

    /// True where a word begins with `token`, which is in lower case.
    func contains(_ token: StaticString) -> Bool {
        token.withUTF8Buffer { token in
            starts.contains { start in
                text.count - start >= token.count && text[start..<start + token.count].elementsEqual(token)
            }
        }
    }

    /// The family of the first rule that matches.
    func family(in rules: UserAgentRules.Table) -> String? { Self.family(text, starts, rules) }

    private static func family(_ text: [UInt8], _ starts: [Int], _ rules: UserAgentRules.Table) -> String? {
        var best = Int.max
        for start in starts {
            for rule in rules.byFirstByte[Int(text[start])] where rule.rank < best {
                let token = rule.token
                guard text.count - start >= token.count, text[start..<start + token.count].elementsEqual(token) else {
                    continue
                }
                best = rule.rank
                break
            }
        }
        return best == .max ? nil : rules.families[best]
    }
}
