internal import ArgumentParser
internal import Files
internal import Staff
internal import Terminal

/// Where a password comes from.
struct PasswordOptions: ParsableArguments {
    /// Guessing is slowed down, but a file that was stolen is not.
    static let fewestCharacters = 10

    @Flag(help: "Make a password of five words (45 bits) and print it.") var generate = false
    @Option(
        help: ArgumentHelp(
            "Read the password from the first line of this file; - for standard input.", valueName: "file"))
    var passwordFile: String?
    @Flag(help: "No password: the member comes in by 'alidade staff link' only.") var noPassword = false

    func validate() throws {
        if [generate, passwordFile != nil, noPassword].filter(\.self).count > 1 {
            throw ValidationError("--generate, --password-file and --no-password exclude each other")
        }
    }

    /// Asks for it where nothing else is said.
    ///
    /// - Returns: Nil for no password. What was made has to be shown, what somebody typed must not be.
    func choose(for name: String) throws -> (hash: PasswordHash, made: String?)? {
        if noPassword { return nil }
        if generate {
            let made = Passphrase.make()
            return (try hash(made), made)
        }
        return (try hash(try passwordFile.map(read) ?? ask(for: name)), nil)
    }

    private func hash(_ password: String) throws -> PasswordHash {
        guard password.count >= Self.fewestCharacters else {
            throw ExitStatus.failed.error(
                "the password has fewer than \(Self.fewestCharacters) characters; --generate makes one that is easy to remember"
            )
        }
        guard let hash = PasswordHash.make(password) else {
            throw ExitStatus.failed.error(
                "the password is longer than \(PasswordHash.longestPassword) bytes, or has a zero byte in it")
        }
        return hash
    }

    private func read(_ file: String) throws -> String {
        var line: String?
        if file == "-" {
            line = readLine(strippingNewline: true)
        } else {
            do throws(FileProblem) {
                let bytes = try RegularFile.read(file, atMost: 1 << 20)
                line = String(validating: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
            } catch { throw ExitStatus.failed.error("--password-file: could not read \(file): \(error.reason)") }
        }
        guard let line, !line.isEmpty else {
            throw ExitStatus.failed.error("--password-file: there is no password in it")
        }
        return line
    }

    private func ask(for name: String) throws -> String {
        let (first, second) = try askTwice(for: name)
        guard Array(first.utf8) == Array(second.utf8) else {
            throw ExitStatus.failed.error("the two are not the same; nothing has changed")
        }
        return first
    }

    private func askTwice(for name: String) throws -> (String, String) {
        do throws(PasswordPrompt.Problem) {
            let first = try PasswordPrompt.ask("New password of \(name): ")
            return (first, try PasswordPrompt.ask("Once more: "))
        } catch {
            switch error {
            case .noTerminal:
                throw ValidationError("there is no terminal to ask at; use --generate or --password-file")
            case .givenUp: throw ExitStatus.failed.error("no password was given; nothing has changed")
            case .unusable: throw ExitStatus.failed.error("what was typed is no password; nothing has changed")
            }
        }
    }
}
