internal import CSQLite
internal import Store

extension StoreError {
    /// From SQLite's extended result code and message.
    init(code: Int32, message: String, doing: String) {
        let why = "\(message) [SQLite \(code)]"
        switch code & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED:
            self.init(.busy, doing: doing, why: why, hint: "another process holds the store's write lock")
        case SQLITE_NOMEM: self.init(.outOfMemory, doing: doing, why: why)
        case SQLITE_FULL:
            self.init(.diskFull, doing: doing, why: why, hint: "free space on the store's file system")
        case SQLITE_READONLY:
            self.init(.readOnly, doing: doing, why: why, hint: "make the store's file and folder writable")
        case SQLITE_IOERR:
            self.init(.inputOutput, doing: doing, why: why, hint: "look at the kernel's log for disk errors")
        case SQLITE_CORRUPT:
            self.init(.corrupt, doing: doing, why: why, hint: "stop the daemon and restore a backup")
        case SQLITE_NOTADB:
            self.init(.notAStore, doing: doing, why: why, hint: "store.url names a file that is not a SQLite database")
        case SQLITE_CANTOPEN:
            self.init(.cannotOpen, doing: doing, why: why, hint: "check that the folder exists and may be written to")
        case SQLITE_CONSTRAINT:
            self.init(.inconsistent, doing: doing, why: why)
        case SQLITE_TOOBIG, SQLITE_MISMATCH:
            self.init(.refused, doing: doing, why: why)
        default:
            self.init(.other, doing: doing, why: why)
        }
    }
}

extension StoreError {
    /// Keys that no message gives: numbers of our own, and what was looked for, under the write lock, before the row was written.
    private static let ownKeys = [".seq", ".id", ".digest", ".risk_signal_id", " is append-only"]

    /// Of a row that holds what a message says: a constraint that the message broke refuses that message alone.
    var ofMessage: StoreError {
        guard kind == .inconsistent else { return self }
        let message = why.prefix { $0 != "[" }
        let isOwn = Self.ownKeys.contains { message.hasSuffix("\($0) ") }
        return isOwn ? self : StoreError(.refused, doing: doing, why: why)
    }

    /// Once everything was read again and the contradiction is still there.
    var asDamage: StoreError {
        guard kind == .inconsistent else { return self }
        return StoreError(
            .corrupt, doing: doing, why: "the store contradicts itself: \(why)",
            hint:
                "nothing was lost or quarantined; stop the daemon and run alidade store check, which says what is wrong"
        )
    }
}
