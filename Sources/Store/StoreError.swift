internal import CSQLite

/// Why the store could not do something, in words for an operator.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// Another process holds the write lock.
        case busy
        case diskFull
        /// The file system is nearly full; see ``DiskGuard``.
        case diskLow
        /// The write-ahead log cannot be emptied because of somebody's transaction; see ``WALGuard``.
        case walReader
        case readOnly
        /// The disk failed to read or write; the handle must not be used again.
        case inputOutput
        case corrupt
        case notAStore
        /// Written by a newer Alidade than this one.
        case newer
        case cannotOpen
        /// The file was deleted or replaced under us.
        case replaced
        /// There is no memory for what was to be written.
        case outOfMemory
        /// Another version made the derived tables; see ``RollupFormat``.
        case outdated
        /// A constraint refused a row for what a message says.
        case refused
        /// A constraint refused a row for what we made up ourselves, such as its number: what was remembered of the store, or the store
        /// itself, is wrong.
        case inconsistent
        /// Anything else SQLite said; most likely a bug of ours.
        case other
    }

    package var kind: Kind
    /// What was being done, to finish "could not …".
    package var doing: String
    package var why: String
    package var hint: String?

    package init(_ kind: Kind, doing: String, why: String, hint: String? = nil) {
        self.kind = kind
        self.doing = doing
        self.why = why
        self.hint = hint
    }

    /// Waiting can cure it: the loop pauses and tries again. Everything else stops the daemon.
    package var isRetriable: Bool {
        switch kind {
        case .busy, .diskFull, .diskLow, .walReader, .readOnly, .inputOutput: true
        case .corrupt, .notAStore, .newer, .cannotOpen, .replaced, .outOfMemory, .outdated, .refused, .inconsistent,
            .other:
            false
        }
    }

    /// One word for logs and metrics: the cause of a pause.
    package var cause: String {
        switch kind {
        case .busy: "store_locked"
        case .diskFull: "disk_full"
        case .diskLow: "disk_low"
        case .walReader: "wal_reader"
        case .readOnly: "store_read_only"
        case .inputOutput: "disk_error"
        case .corrupt, .inconsistent: "store_corrupt"
        case .notAStore, .newer, .cannotOpen, .replaced: "store_unusable"
        case .outOfMemory: "out_of_memory"
        case .outdated: "store_outdated"
        case .refused, .other: "store_error"
        }
    }

    package var description: String {
        "could not \(doing): \(why)" + (hint.map { " (\($0))" } ?? "")
    }
}

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
