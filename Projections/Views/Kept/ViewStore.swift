import AgentDomain
import EventSourcing
import LMDB

/// The views' file: a database for each kind of state, one for aliases, one for groups, and the checkpoint.
///
///     <kind>      id (16 bytes) -> position of the last change (8 bytes, little-endian) · state (wire bytes)
///     aliases     tag (wire bytes) -> id
///     groups      tag (wire bytes) -> ids, sorted
///     checkpoint  "position" -> 8 bytes; "version" -> 8 bytes; "origin" -> 16 bytes
final class ViewStore {
    let environment: Environment
    /// As in `ViewCatalog.names`.
    private let databases: [Database]
    private let checkpoint: Database
    /// What is read, instead of the last commit.
    private let held: HeldSnapshot?

    private var aliases: Database { self.databases[ViewCatalog.aliases] }
    private var groups: Database { self.databases[ViewCatalog.groups] }

    init(path: String, isDisposable: Bool, mode: Environment.Mode) throws {
        // Address space alone: growing it would have to wait for snapshots that are held.
        let options = Environment.Options(mode: mode, mapSizeBytes: 64 << 30, syncMode: isDisposable ? .none : .full)
        self.held = nil
        self.environment = try Environment(path: path, options: options)
        let environment = self.environment
        let wanted: [(name: String, flags: Database.Flags)] =
            ViewCatalog.names.enumerated().map { ($1, $0 == ViewCatalog.groups ? .duplicateFixed : []) } + [
                ("checkpoint", [])
            ]
        var found: [String: Database] = [:]
        if mode == .readWrite {
            // All at once: a new file is made durable once.
            try environment.write { transaction in
                for (name, flags) in wanted {
                    found[name] = try transaction.openDatabase(name, flags.union(.create))
                }
            }
        } else {
            for (name, flags) in wanted { found[name] = try environment.openDatabase(name, flags) }
        }
        func database(_ name: String) throws -> Database {
            guard let database = found[name] else {
                throw ViewsError(.damaged, "the views in \(path) have no \(name); remove that folder, it is rebuilt")
            }
            return database
        }
        self.databases = try ViewCatalog.names.map(database)
        self.checkpoint = try database("checkpoint")
    }

    /// The same file as it is now, whoever writes to it from here on.
    init(holding store: ViewStore) throws {
        self.environment = store.environment
        self.databases = store.databases
        self.checkpoint = store.checkpoint
        self.held = try HeldSnapshot(of: store.environment)
    }

    private func reading<Result>(_ body: (borrowing ReadTransaction) throws -> Result) throws -> Result {
        if let held { try held.read(body) } else { try self.environment.read(body) }
    }

    // MARK: Checkpoint

    struct Checkpoint: Equatable {
        var position: Position
        var version: UInt64
        var origin: UInt128
    }

    func readCheckpoint() throws -> Checkpoint? {
        try self.reading { try self.readCheckpoint($0) }
    }

    private func readCheckpoint<Access>(_ transaction: borrowing Transaction<Access>) throws -> Checkpoint? {
        guard let position = try transaction.integer(Array("position".utf8), in: self.checkpoint),
            let version = try transaction.integer(Array("version".utf8), in: self.checkpoint),
            let origin = try transaction.get(Array("origin".utf8), in: self.checkpoint, { ViewKey($0).bits })
        else { return nil }
        return Checkpoint(position: Position(position), version: version, origin: origin)
    }

    /// Empties every view.
    func reset(to checkpoint: Checkpoint) throws {
        try self.environment.writeGrowing { transaction in
            for database in self.databases { try transaction.empty(database) }
            try self.write(checkpoint, &transaction)
        }
    }

    private func write(_ checkpoint: Checkpoint, _ transaction: inout WriteTransaction) throws {
        try transaction.put(Array("position".utf8), checkpoint.position.value, in: self.checkpoint)
        try transaction.put(Array("version".utf8), checkpoint.version, in: self.checkpoint)
        try transaction.put(Array("origin".utf8), ViewKey(checkpoint.origin), in: self.checkpoint)
    }

    /// Writes what changed together with the new checkpoint. False, and nothing written, when another process moved the
    /// views on from `base` in the meantime.
    func commit(_ changes: StateChanges, from base: Checkpoint) throws -> Bool {
        try self.environment.writeGrowing { transaction in
            guard try self.readCheckpoint(transaction) == base else { return false }
            for (alias, holder) in changes.aliases {
                let key = try WireEncoder.encode(alias)
                if let holder {
                    try transaction.put(key, ViewKey(holder), in: self.aliases)
                } else {
                    try transaction.delete(key, in: self.aliases)
                }
            }
            for (group, changes) in changes.groups {
                let key = try WireEncoder.encode(group)
                for (id, joined) in changes.sorted(by: { $0.key < $1.key }) {
                    if joined {
                        try transaction.put(key, ViewKey(id), in: self.groups)
                    } else {
                        try transaction.delete(key, value: ViewKey(id), in: self.groups)
                    }
                }
            }
            try self.write(changes, &transaction)
            var checkpoint = base
            checkpoint.position = changes.position
            try self.write(checkpoint, &transaction)
            return true
        }
    }

    /// The states' own records, kind by kind and in the order of their ids.
    private func write(_ changes: StateChanges, _ transaction: inout WriteTransaction) throws {
        for (kind, database) in zip(ViewCatalog.kinds, self.databases) {
            guard let table = changes.table(of: kind) else { continue }
            try transaction.withWriteCursor(database) { cursor in
                try table.forEachChange { id, bytes in
                    if let bytes {
                        try cursor.put(ViewKey(id), bytes.bytes)
                    } else if try cursor.seekExact(ViewKey(id)) {
                        try cursor.delete()
                    }
                }
            }
        }
    }
}

extension ViewStore: ViewRecords {
    func withValue<Result>(
        of key: UnsafeRawBufferPointer, in view: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result? {
        try self.reading { transaction in
            try transaction.get(key.bytes, in: self.databases[view]) { try $0.withUnsafeBytes(body) }
        }
    }

    func forEachRecord(
        in view: Int, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try self.reading { transaction in
            try transaction.withCursor(self.databases[view]) { cursor in
                var isThere = try cursor.first()
                while isThere {
                    try cursor.withRecord { key, value in
                        try key.withUnsafeBytes { key in try value.withUnsafeBytes { try body(key, $0) } }
                    }
                    isThere = try cursor.next()
                }
            }
        }
    }

    func members(of group: [UInt8]) throws -> [UInt128] {
        try self.reading { transaction in
            try transaction.withCursor(self.databases[ViewCatalog.groups]) { cursor in
                var members: [UInt128] = []
                var isThere = try cursor.seekExact(group)
                while isThere {
                    members.append(cursor.withValue { ViewKey($0).bits })
                    isThere = try cursor.nextDuplicate()
                }
                return members
            }
        }
    }

    func greatestID(in view: Int) throws -> UInt128 {
        try self.reading { transaction in
            try transaction.withCursor(self.databases[view]) { cursor in
                try cursor.last() ? cursor.withKey { ViewKey($0).bits } : 0
            }
        }
    }

    func count(in view: Int) throws -> Int {
        try self.reading { try $0.count(of: self.databases[view]) }
    }
}
