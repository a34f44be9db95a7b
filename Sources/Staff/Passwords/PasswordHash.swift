internal import CCrypt
internal import Glibc

/// A password as a staff file has it: what crypt(5) makes of it. Nothing prints it.
package struct PasswordHash: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package enum Problem: Error, Equatable {
        case noHash
        case broken
        case unknownMethod
        case unknownParameters
        case tooDear
        case weak(String)
    }

    /// Longer ones crypt(3) does not take.
    package static let longestPassword = 511
    private static let longestHash = 256

    let text: String
    let cost: CryptCost

    package init(parsing text: String) throws(Problem) {
        guard !text.isEmpty, text.utf8.count <= Self.longestHash else { throw .noHash }
        cost = try CryptCost(of: text)
        guard crypt_checksalt(text) == CRYPT_SALT_OK else { throw .broken }
        self.text = text
    }

    /// `yescrypt`, for people.
    package var method: String {
        switch cost.method {
        case .yescrypt: "yescrypt"
        case .gostYescrypt: "gost-yescrypt"
        case .scrypt: "scrypt"
        case .bcrypt: "bcrypt"
        }
    }

    /// Bytes that a check needs.
    package var memory: Int { cost.memory }

    /// Hashes `password` anew: yescrypt with 32 MiB, 40 ms.
    ///
    /// - Returns: Nil for a password that crypt(3) does not take: empty, longer than ``longestPassword`` bytes, with a zero byte in it.
    package static func make(_ password: String) -> PasswordHash? {
        guard let made = derive(password, setting: newSetting()) else { return nil }
        return try? PasswordHash(parsing: made)
    }

    /// Whether `password` is the one. It takes as long for a wrong one as for the right one.
    package func accepts(_ password: String) -> Bool {
        guard let made = Self.derive(password, setting: text) else { return false }
        return Digest.isSame(Array(made.utf8), Array(text.utf8))
    }

    /// The effort of ``accepts(_:)`` where there is no hash, so that the time does not tell who exists.
    static func acceptNothing(_ password: String, like hash: PasswordHash?) {
        _ = derive(password, setting: hash?.text ?? newSetting())
    }

    private static func newSetting() -> String {
        var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        let random = RandomBytes.make(16)
        let made = random.withUnsafeBytes { bytes in
            crypt_gensalt_rn(
                "$y$", 6, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), &setting,
                Int32(setting.count))
        }
        guard let made else { preconditionFailure("libcrypt has no yescrypt") }
        return String(cString: made)
    }

    private static func derive(_ password: String, setting: String) -> String? {
        let bytes = Array(password.utf8)
        guard !bytes.isEmpty, bytes.count <= longestPassword, !bytes.contains(0) else { return nil }
        let size = 32_768
        let room = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        defer {
            explicit_bzero(room, size)
            room.deallocate()
        }
        room.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        guard let made = crypt_rn(password, setting, room, Int32(size)) else { return nil }
        return String(cString: made)
    }

    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension PasswordHash.Problem: CustomStringConvertible {
    /// What is wrong and what to do, to follow a colon.
    package var description: String {
        let remedy = "set a password with 'alidade staff passwd NAME', or make a hash with 'mkpasswd -m yescrypt'"
        return switch self {
        case .noHash: "it has no hash of a password at its end; \(remedy)"
        case .broken: "its hash is not whole; \(remedy)"
        case .unknownMethod: "its hash is of a kind that is not known; \(remedy)"
        case .unknownParameters: "its hash has parameters that are not known; \(remedy)"
        case .tooDear:
            "its hash needs more than \(CryptCost.mostMemory >> 20) MiB, or bcrypt with a cost above "
                + "\(CryptCost.bcryptRounds.upperBound), for each login; \(remedy)"
        case .weak(let what): "\(what) can be broken too fast; \(remedy)"
        }
    }
}
