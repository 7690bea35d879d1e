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
    private let databases: [String: Database]
    private let aliases: Database
    private let groups: Database
    private let checkpoint: Database

    /// What all reads are from while it is held; else each is from a snapshot of its own.
    private var held: Snapshot?
    /// What went wrong while a state was read, where the reader could not throw.
    private(set) var failure: (any Error)?

    init(path: String, isDisposable: Bool, mode: Environment.Mode) throws {
        let options = Environment.Options(mode: mode, mapSizeBytes: 4 << 30, syncMode: isDisposable ? .none : .full)
        self.environment = try Environment(path: path, options: options)
        let environment = self.environment
        let wanted: [(name: String, flags: Database.Flags)] =
            ViewCatalog.kinds.map { ($0.kind, []) } + [
                ("aliases", []), ("groups", .duplicateFixed), ("checkpoint", []),
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
        var databases: [String: Database] = [:]
        for kind in ViewCatalog.kinds { databases[kind.kind] = try database(kind.kind) }
        self.databases = databases
        self.aliases = try database("aliases")
        self.groups = try database("groups")
        self.checkpoint = try database("checkpoint")
    }

    // MARK: Checkpoint

    struct Checkpoint: Equatable {
        var position: Position
        var version: UInt64
        var origin: UInt128
    }

    func readCheckpoint() throws -> Checkpoint? {
        try self.read { try self.readCheckpoint($0) }
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
            for database in self.databases.values { try transaction.empty(database) }
            try transaction.empty(self.aliases)
            try transaction.empty(self.groups)
            try self.write(checkpoint, &transaction)
        }
    }

    private func write(_ checkpoint: Checkpoint, _ transaction: inout WriteTransaction) throws {
        try transaction.put(Array("position".utf8), checkpoint.position.value, in: self.checkpoint)
        try transaction.put(Array("version".utf8), checkpoint.version, in: self.checkpoint)
        try transaction.put(Array("origin".utf8), ViewKey(checkpoint.origin), in: self.checkpoint)
    }

    /// Writes what changed in `states` together with the new checkpoint. False, and nothing written, when another
    /// process moved the views on from `base` in the meantime.
    func commit(_ states: StateCache, from base: Checkpoint, to position: Position) throws -> Bool {
        try self.environment.writeGrowing { transaction in
            guard try self.readCheckpoint(transaction) == base else { return false }
            for (alias, holder) in states.index.aliases {
                let key = try WireEncoder.encode(alias)
                if let holder {
                    try transaction.put(key, ViewKey(holder), in: self.aliases)
                } else {
                    try transaction.delete(key, in: self.aliases)
                }
            }
            for (group, changes) in states.index.changes {
                let key = try WireEncoder.encode(group)
                for (id, joined) in changes.sorted(by: { $0.key < $1.key }) {
                    if joined {
                        try transaction.put(key, ViewKey(id), in: self.groups)
                    } else {
                        try transaction.delete(key, value: ViewKey(id), in: self.groups)
                    }
                }
            }
            try self.write(states, &transaction)
            var checkpoint = base
            checkpoint.position = position
            try self.write(checkpoint, &transaction)
            return true
        }
    }

    /// The states' own records, kind by kind and in the order of their ids.
    private func write(_ states: StateCache, _ transaction: inout WriteTransaction) throws {
        try states.forEachTable { table in
            guard let database = self.databases[table.kind.name] else {
                preconditionFailure("\(table.kind.name) is missing from ViewCatalog.kinds")
            }
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

    // MARK: Reading

    /// Runs `body` while all reads are from one snapshot.
    func holding<R>(_ body: () throws -> R) throws -> R {
        if self.held != nil { return try body() }
        self.held = try Snapshot(of: self.environment)
        defer { self.held = nil }
        return try body()
    }

    private func read<R>(_ body: (borrowing ReadTransaction) throws -> R) throws -> R {
        if let held = self.held { return try held.read(body) }
        return try self.environment.read(body)
    }

    private func database<E: Stored>(_: E.Type) -> Database {
        guard let database = self.databases[E.kind] else {
            preconditionFailure("\(E.kind) is missing from ViewCatalog.kinds")
        }
        return database
    }

    static func decode<E: Stored>(_: E.Type, _ value: RawSpan) throws -> LoadedState<E> {
        try value.withUnsafeBytes { bytes in
            guard bytes.count >= 8 else { throw ViewsError(.damaged, "a \(E.kind) in the views is cut short") }
            return LoadedState(
                state: try WireDecoder.decode(E.self, UnsafeRawBufferPointer(rebasing: bytes[8...])),
                changedAt: Position(UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))))
        }
    }

    /// Hands over every state of a kind in the order of the ids, from one snapshot.
    func forEach<E: Stored>(_: E.Type, _ body: (ID<E>, LoadedState<E>) throws -> Void) throws {
        try self.read { transaction in
            try transaction.withCursor(self.database(E.self)) { cursor in
                var isThere = try cursor.first()
                while isThere {
                    try cursor.withRecord { key, value in
                        try body(ID(bits: ViewKey(key).bits), Self.decode(E.self, value))
                    }
                    isThere = try cursor.next()
                }
            }
        }
    }

    /// Hands over every id of a kind in order, without looking at the states.
    func forEachID<E: Stored>(_: E.Type, _ body: (ID<E>) throws -> Void) throws {
        try self.read { transaction in
            try transaction.withCursor(self.database(E.self)) { cursor in
                var isThere = try cursor.first()
                while isThere {
                    try body(ID(bits: cursor.withKey { ViewKey($0).bits }))
                    isThere = try cursor.next()
                }
            }
        }
    }

    func count<E: Stored>(of kind: E.Type) throws -> Int {
        try self.read { try $0.count(of: self.database(kind)) }
    }

    /// Hands over the raw records of one database in key order.
    func forEachRecord(in name: String, _ body: (RawSpan, RawSpan) -> Void) throws {
        let database = name == "aliases" ? self.aliases : name == "groups" ? self.groups : self.databases[name]
        guard let database else { return }
        try self.read { transaction in
            try transaction.withCursor(database) { cursor in
                var isThere = try cursor.first()
                while isThere {
                    cursor.withRecord { key, value in body(key, value) }
                    isThere = try cursor.next()
                }
            }
        }
    }

    /// The result, or nil with the failure kept for the next `throwIfFailed`.
    func attempt<R>(_ body: () throws -> R?) -> R? {
        do {
            return try body()
        } catch {
            self.failure = self.failure ?? error
            return nil
        }
    }

    func throwIfFailed() throws {
        guard let failure = self.failure else { return }
        self.failure = nil
        throw failure
    }
}

extension ViewStore {
    func load<E: Stored>(_ id: ID<E>, into box: StateBox<E>) -> Position {
        self.attempt {
            try self.read { transaction in
                try transaction.get(ViewKey(id.bits), in: self.database(E.self)) { value in
                    let loaded = try Self.decode(E.self, value)
                    box.state = loaded.state
                    return loaded.changedAt
                }
            }
        } ?? .start
    }

    func holder(of alias: Tag) -> UInt128? {
        self.attempt {
            let key = try WireEncoder.encode(alias)
            return try self.read { transaction in
                try transaction.get(key, in: self.aliases) { ViewKey($0).bits }
            }
        }
    }

    func members(of group: Tag) -> [UInt128] {
        self.attempt {
            let key = try WireEncoder.encode(group)
            return try self.read { transaction in
                try transaction.withCursor(self.groups) { cursor in
                    var members: [UInt128] = []
                    var isThere = try cursor.seekExact(key)
                    while isThere {
                        members.append(cursor.withValue { ViewKey($0).bits })
                        isThere = try cursor.nextDuplicate()
                    }
                    return members
                }
            }
        } ?? []
    }
}
