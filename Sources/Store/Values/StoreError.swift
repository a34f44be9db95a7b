/// Why the store could not do something, in words for an operator.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable, CaseIterable {
        /// Another process holds a lock; it will let go of it.
        case busy
        case diskFull
        /// The file system is nearly full: nothing is written before there is room again.
        case diskLow
        /// Somebody's transaction has been open for so long that the store cannot tidy up and grows.
        case heldByReader
        case readOnly
        /// The disk failed to read or write; what is open must be given up.
        case inputOutput
        case corrupt
        case notAStore
        /// Written by a newer Alidade than this one.
        case newer
        case cannotOpen
        /// The store was deleted or replaced under us.
        case replaced
        /// There is no memory for what was to be written.
        case outOfMemory
        /// Another version made the derived tables: they would be misread.
        case outdated
        /// A constraint refused a row for what a message says.
        case refused
        /// A constraint refused a row for what we made up ourselves, such as its number: what was remembered of the store, or the store
        /// itself, is wrong.
        case inconsistent
        /// Anything else; most likely a bug of ours.
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
        case .busy, .diskFull, .diskLow, .heldByReader, .readOnly, .inputOutput: true
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
        case .heldByReader: "wal_reader"
        case .readOnly: "store_read_only"
        case .inputOutput: "disk_error"
        case .corrupt, .inconsistent: "store_corrupt"
        case .notAStore, .newer, .cannotOpen, .replaced: "store_unusable"
        case .outOfMemory: "out_of_memory"
        case .outdated: "store_outdated"
        case .refused, .other: "store_error"
        }
    }

    /// The store itself is wrong, rather than the way to it.
    package var isDamage: Bool {
        switch kind {
        case .corrupt, .notAStore, .newer, .outdated: true
        case .busy, .diskFull, .diskLow, .heldByReader, .readOnly, .inputOutput, .cannotOpen, .replaced, .outOfMemory,
            .refused,
            .inconsistent, .other:
            false
        }
    }

    /// In a store that could be opened: a table that is missing, or rows that cannot be.
    package var isContradiction: Bool { kind == .inconsistent || kind == .other }

    package var description: String {
        "could not \(doing): \(why)" + (hint.map { " (\($0))" } ?? "")
    }
}
