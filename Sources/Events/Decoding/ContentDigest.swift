import CCrypto

/// The event id of a message that brings none: the first 128 bits of the SHA-256 of its body, as 32 lower-case hex digits.
///
/// Holds a context and the algorithm, because OpenSSL 3 looks the algorithm up anew for each one-shot call.
struct ContentDigest: ~Copyable {
    private let context: OpaquePointer
    private let algorithm: OpaquePointer

    init() {
        guard let context = EVP_MD_CTX_new(), let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else {
            preconditionFailure("libcrypto has no SHA-256")
        }
        self.context = context
        self.algorithm = algorithm
    }

    deinit {
        EVP_MD_CTX_free(context)
        EVP_MD_free(algorithm)
    }

    /// Calls `use` with the 32 digits.
    func withHexadecimal<Result>(of body: UnsafeRawBufferPointer, _ use: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { memory in
            var length: UInt32 = 0
            let isDone =
                EVP_DigestInit_ex2(context, algorithm, nil) == 1
                && EVP_DigestUpdate(context, body.baseAddress, body.count) == 1
                && EVP_DigestFinal_ex(context, memory.baseAddress, &length) == 1
            precondition(isDone && length == 32, "libcrypto computes SHA-256")
            // From the end, so that no byte is overwritten before it is read.
            for index in (0..<16).reversed() {
                let byte = memory[index]
                memory[2 * index] = Self.digit(byte >> 4)
                memory[2 * index + 1] = Self.digit(byte & 15)
            }
            return use(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<32]))
        }
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? 48 + nibble : 87 + nibble
    }
}
