internal import CCrypt
internal import Glibc

/// Bytes that nobody can guess, from the kernel.
enum RandomBytes {
    static func make(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { getrandom($0.baseAddress! + filled, count - filled, 0) }
            if got < 0, errno == EINTR { continue }
            // A key that can be guessed would be worse than no daemon.
            precondition(got > 0, "the kernel has no random bytes: errno \(errno)")
            filled += got
        }
        return bytes
    }

    /// A number from 0 up to `bound`, each as likely as any other.
    static func number(below bound: Int) -> Int {
        var generator = SystemRandomNumberGenerator()
        return Int.random(in: 0..<bound, using: &generator)
    }
}
