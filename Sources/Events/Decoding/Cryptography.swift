internal import CCrypto

package enum Cryptography {
    /// Keeps OpenSSL from tidying up at the end of the process. To be called before anything else of it is used.
    ///
    /// It would free what belongs to each thread, and so does a thread that ends at that moment: a crash when all work was done.
    package static func leaveTheEndToTheSystem() { OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil) }
}
