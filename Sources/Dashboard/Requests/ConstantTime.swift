/// Compares secrets in a time that depends on their lengths only, so that none can be guessed byte by byte.
enum ConstantTime {
    static func isSame(_ shown: some StringProtocol, _ expected: String) -> Bool {
        let (shown, expected) = (Array(shown.utf8), Array(expected.utf8))
        var difference = shown.count ^ expected.count
        for index in shown.indices where !expected.isEmpty {
            difference |= Int(shown[index] ^ expected[index % expected.count])
        }
        return difference == 0
    }
}
