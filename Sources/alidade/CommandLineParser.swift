internal import Alignment
internal import ArgumentParser
internal import Events
internal import Spelling
internal import Terminal

/// A command line that cannot be understood; exit code 64.
struct UsageError: Error {
    let text: OutputText
    /// What is wrong, and how it is used.
    var lines: [String] {
        let label = "Error: "
        let text = text.description
        return text.dropFirst(text.hasPrefix(label) ? label.count : 0).split(separator: "\n").map(String.init)
    }

    /// `command` is what it was about, as far as that is known.
    init(_ message: String, in command: any ParsableCommand.Type) {
        let usage = command == Alidade.self ? Alidade.usageString() : Alidade.usageString(for: command)
        text = "Error: \(message)\nUsage: \(OutputText(ownWords: usage))"
    }

    /// The parser's own error, with nothing in it that cannot be shown.
    fileprivate init(_ error: any Error) { text = OutputText(ownWords: Alidade.fullMessage(for: error)) }
}

/// Turns arguments into a command. An error repeats what was typed, or pasted, and so may be a stranger's words.
enum CommandLineParser {
    /// - Throws: A ``UsageError``, or what ArgumentParser throws where help was asked for.
    static func command(_ arguments: [String]) throws -> any ParsableCommand {
        let escaped = arguments.map { VisibleText.escaped($0) }
        // First, as the parser shows its general help to whoever asks about no command.
        if let mistake = unknownCommand(escaped.first == "help" ? escaped.dropFirst() : escaped[...]) { throw mistake }
        do { return try Alidade.parseAsRoot(arguments) } catch {
            guard !Alidade.exitCode(for: error).isSuccess else { throw error }
            if let mistake = unknownWord(escaped) { throw mistake }
            guard escaped != arguments else { throw UsageError(error) }
            // The same mistake, in words that can be shown.
            do { _ = try Alidade.parseAsRoot(escaped) } catch { throw UsageError(error) }
            throw UsageError("an argument has characters that cannot be shown", in: Alidade.self)
        }
    }

    /// A first word that is no command, or one after a group of commands that is none of them.
    private static func unknownCommand(_ arguments: ArraySlice<String>) -> UsageError? {
        var group: any ParsableCommand.Type = Alidade.self
        var path = ""
        for argument in arguments {
            let commands = commands(of: group)
            guard !commands.isEmpty, !argument.hasPrefix("-") else { return nil }
            guard let next = commands.first(where: { name(of: $0) == argument }) else {
                let shown = commands.filter { $0.configuration.shouldDisplay }
                let names = shown.map { name(of: $0) } + (path.isEmpty ? ["help"] : [])
                if names.contains(argument) { return nil }
                let hint =
                    NearMiss.find(argument, among: names).map { "did you mean \(path)\($0)?" }
                    ?? "there are \(names.joined(separator: ", "))"
                return UsageError("there is no command \(path)\(argument); \(hint)", in: group)
            }
            group = next
            path += argument + " "
        }
        return nil
    }

    /// An option with a value that is none of its words.
    private static func unknownWord(_ arguments: [String]) -> UsageError? {
        let words: [String: [String]] = [
            "--kind": MessageKind.allCases.map(\.rawValue), "--normalisation": Normalisation.allCases.map(\.rawValue),
            "schema": SchemaCommand.Document.allCases.map(\.rawValue),
        ]
        let pairs =
            zip(arguments, arguments.dropFirst())
            + arguments.compactMap { argument in
                argument.firstIndex(of: "=").map { (String(argument[..<$0]), String(argument[$0...].dropFirst())) }
            }
        let command = commands(of: Alidade.self).first { name(of: $0) == arguments.first } ?? Alidade.self
        for (option, value) in pairs {
            guard let words = words[option], !words.contains(value), !value.hasPrefix("-"),
                let meant = NearMiss.find(value, among: words)
            else { continue }
            let all = words.joined(separator: ", ")
            return UsageError("\(option) is one of \(all), and not \(value); did you mean \(meant)?", in: command)
        }
        return nil
    }

    private static func commands(of group: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
        group.configuration.subcommands
    }

    private static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? String(describing: command).lowercased()
    }
}
