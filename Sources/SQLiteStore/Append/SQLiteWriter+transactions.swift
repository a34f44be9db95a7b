internal import Rollups
internal import Store

/// What a writer remembers of the store, and the transactions that keep it true beside other writers; see Decisions/0007.
extension SQLiteWriter {
    /// Runs `body` between BEGIN and COMMIT; after an error nothing of it is left, neither on the disk nor in memory.
    ///
    /// Where a row contradicts what is remembered, everything is read again and `body` runs once more.
    func transaction(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        do {
            try attempt(body)
        } catch  where error.kind == .inconsistent && !isTrial {
            onFinding?(
                StoreFinding(
                    isTrouble: true, message: "what was remembered of the store was wrong; reading it again",
                    cause: error.cause, why: error.description))
            do { try attempt(body) } catch { throw error.asDamage }
        } catch {
            throw error.asDamage
        }
    }

    private func attempt(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        result.removeAll()
        if isTrial { return try body() }
        try begin.run(doing: "begin a batch")
        do {
            try catchUp()
            let firstSeq = nextSeq
            try body()
            try rollups.finishBatch(isChange: nextSeq != firstSeq)
            try commit.run(doing: "commit a batch")
        } catch {
            forget()
            throw error
        }
        rollups.committed()
        sessions.committed()
        known?.state.change = rollups.change
    }

    /// Runs `body`, with everything that it writes, in one transaction that is rolled back at the end.
    func trial(_ body: () throws -> Void) throws {
        try begin.run(doing: "begin a trial")
        isTrial = true
        defer {
            isTrial = false
            forget()
        }
        try catchUp()
        try body()
    }

    /// After a transaction that did not commit, memory is ahead of the store: it is read again with the next one.
    private func forget() {
        known = nil
        minutes.forget()
        if !database.isInAutocommit { try? database.run("ROLLBACK", doing: "roll a batch back") }
    }

    /// Reads what other processes have written since the last transaction, or everything. Called inside a transaction, so that all of it is of
    /// one state of the store; before a write under the write lock, so that it stays true until the commit.
    func catchUp() throws(StoreError) {
        defer { dataVersion.reset() }
        guard try dataVersion.step() else { return }
        let version = dataVersion.integer(0)
        // Nobody else has committed anything.
        if let known, known.dataVersion == version { return }
        for entity in entities { entity.forget() }
        try dimensions.refresh()
        let state = try DerivedState.read(database)
        try RollupFormat.check(state.format, doing: "append to the store \(location.path)")
        if let before = known, before.state.epoch == state.epoch {
            // Somebody who only took notes (of a publication, of a discarded message) has changed nothing that is remembered.
            if before.state.change != state.change {
                known = nil
                try sessions.readOn(from: nextSeq, state)
                try rollups.readOn(state)
                nextSeq = try EventTable.firstFreeSeq(database)
            }
        } else {
            known = nil
            try sessions.readAll(state)
            try rollups.readAll(state)
            nextSeq = try EventTable.firstFreeSeq(database)
        }
        known = (state, version)
    }
}
