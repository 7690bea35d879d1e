import CLedgerLMDB

extension Environment {
    /// Opens a database in a transaction of its own; nil when it is missing and `flags` does not say `.create`.
    ///
    /// Flags left out are taken as stored. Throws `.invalid` when they are stored otherwise, and `.databasesFull`.
    /// A read transaction that began before cannot use it. Inside a write transaction use
    /// `WriteTransaction.openDatabase`.
    package func openDatabase(_ name: String, _ flags: Database.Flags? = nil) throws -> Database? {
        if let known = handle.databases.committed(name) {
            try handle.requireFlags(flags, of: known, name: name)
            return known
        }
        if let found = try handle.openStoredDatabase(name) {
            try handle.requireFlags(flags, of: found, name: name)
            return found
        }
        guard let flags, flags.contains(.create) else { return nil }
        return try writeGrowing { txn in try txn.openDatabase(name, flags) }
    }

    /// The names of all databases, in byte order.
    package func databaseNames() throws -> [String] {
        let main = Database(dbi: 1, environment: handle.number, flags: [])
        return try read { txn in
            try txn.withCursor(main) { cursor in
                var names: [String] = []
                while try cursor.next() { names.append(String(decoding: cursor.keyBytes, as: UTF8.self)) }
                return names
            }
        }
    }
}

extension EnvironmentHandle {
    /// Opens a database that exists, in a read transaction that is committed: only that publishes the handle.
    func openStoredDatabase(_ name: String) throws -> Database? {
        guard writerThread.load(ordering: .relaxed) != currentThread else {
            throw LMDBError(
                .busy, path: path,
                "Opening database \(name) of \(path): this thread is inside a write transaction. Use that.")
        }
        databases.lock()
        defer { databases.unlock() }
        if let known = databases.committed(name) { return known }
        let txn = unsafe try beginRead()
        defer { gate.leave() }
        let database: Database?
        do {
            database = try unsafe openDatabase(name, storedFlags: 0, txn: txn)
        } catch {
            unsafe mdb_txn_abort(txn)
            throw error
        }
        let rc = unsafe mdb_txn_commit(txn)
        if rc != 0 { throw failure(rc, "Opening database \(name)") }
        if let database { databases.addCommitted(database, name: name) }
        return database
    }

    /// Nil when the database is missing and `MDB_CREATE` is not among the flags.
    func openDatabase(_ name: String, storedFlags: UInt32, txn: OpaquePointer) throws(LMDBError) -> Database? {
        var dbi: MDB_dbi = 0
        var rc = unsafe mdb_dbi_open(txn, name, storedFlags, &dbi)
        if rc == MDB_NOTFOUND { return nil }
        var stored: UInt32 = 0
        if rc == 0 { rc = unsafe mdb_dbi_flags(txn, dbi, &stored) }
        if rc != 0 { throw failure(rc, "Opening database \(name)") }
        return Database(dbi: dbi, environment: number, flags: Database.Flags(rawValue: stored))
    }

    func requireFlags(_ asked: Database.Flags?, of database: Database, name: String) throws(LMDBError) {
        guard let asked else { return }
        if asked.subtracting(.create) == database.flags { return }
        throw LMDBError(
            .invalid, path: path,
            "Opening database \(name) of \(path): it is stored with other flags "
                + "(\(database.flags.rawValue), not \(asked.subtracting(.create).rawValue)). Ask for those, or for none."
        )
    }
}
