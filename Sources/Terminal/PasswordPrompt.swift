internal import Glibc

/// Asks for a password at the terminal of the process, which need not be its input, and does not show what is typed.
package enum PasswordPrompt {
    package enum Problem: Error {
        case noTerminal
        /// Ctrl-C, or the end of the terminal.
        case givenUp
        /// Not UTF-8, or longer than any password.
        case unusable
    }

    private static let longest = 4096

    package static func ask(_ question: String) throws(Problem) -> String {
        let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { throw .noTerminal }
        defer { close(terminal) }
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else { throw .noTerminal }
        var silent = before
        // Ctrl-C comes as a byte: a signal would leave the terminal silent.
        silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        guard tcsetattr(terminal, TCSAFLUSH, &silent) == 0 else { throw .noTerminal }
        defer { tcsetattr(terminal, TCSAFLUSH, &before) }
        show(question, on: terminal)
        defer { show("\n", on: terminal) }
        return try line(from: terminal)
    }

    private static func line(from terminal: Int32) throws(Problem) -> String {
        var bytes: [UInt8] = []
        while bytes.count < longest {
            var byte: UInt8 = 0
            let count = read(terminal, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { throw .givenUp }
            switch byte {
            case 0x0A, 0x0D:
                guard let text = String(validating: bytes, as: UTF8.self) else { throw .unusable }
                return text
            case 0x03: throw .givenUp
            case 0x04: if bytes.isEmpty { throw .givenUp }
            case 0x15: bytes = []
            case 0x08, 0x7F:
                // A character of several bytes goes as a whole.
                while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
            default: bytes.append(byte)
            }
        }
        throw .unusable
    }

    private static func show(_ text: String, on terminal: Int32) {
        _ = Array(text.utf8).withUnsafeBytes { writeAll($0, to: terminal) }
    }
}
