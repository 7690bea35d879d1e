import CLedgerLMDB

extension Transaction where Access == WriteAccess {
    /// Opens a database, with `.create` makes it; nil when it is missing and not to be created.
    ///
    /// The handle is everyone's after the commit, and dead if the transaction aborts. Flags left out are taken as
    /// stored. Throws `.invalid` when they are stored otherwise, and `.databasesFull`.
    package mutating func openDatabase(_ name: String, _ flags: Database.Flags? = nil) throws -> Database? {
        if let known = handle.databases.visibleToWriter(name) {
            try handle.requireFlags(flags, of: known, name: name)
            return known
        }
        handle.databases.lockForWriter()
        guard let database = unsafe try handle.openDatabase(name, storedFlags: flags?.rawValue ?? 0, txn: txn) else {
            return nil
        }
        handle.databases.addPending(database, name: name)
        try handle.requireFlags(flags, of: database, name: name)
        return database
    }

    /// Deletes all records; the database stays.
    package mutating func empty(_ database: Database) throws {
        database.requireUsable(in: handle.number)
        let rc = unsafe mdb_drop(txn, database.dbi, 0)
        if rc != 0 { throw handle.failure(rc, "Emptying", database) }
    }

    /// Deletes the database and closes the handle at once, also for other transactions and even if this one aborts:
    /// open it again to use it.
    package mutating func drop(_ database: Database) throws {
        database.requireUsable(in: handle.number)
        handle.databases.lockForWriter()
        let rc = unsafe mdb_drop(txn, database.dbi, 1)
        if rc != 0 { throw handle.failure(rc, "Dropping", database) }
        handle.databases.remove(database)
    }
}
