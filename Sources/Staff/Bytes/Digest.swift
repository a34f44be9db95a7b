internal import CCrypto
internal import Glibc

enum Digest {
    static let length = 32

    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: length)
        SHA256(bytes, bytes.count, &digest)
        return digest
    }

    static func hmacSHA256(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: length)
        var count: UInt32 = 0
        let made = HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &digest, &count)
        precondition(made != nil && count == UInt32(length), "libcrypto has no HMAC with SHA-256")
        return digest
    }

    /// In a time that depends on the lengths only.
    static func isSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.count == other.count && CRYPTO_memcmp(one, other, one.count) == 0
    }
}
