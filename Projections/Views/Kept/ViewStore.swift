import LedgerDomain
import LedgerEvents
import LedgerLMDB
import LedgerLog

/// The views' file: a database for each kind of state, one for aliases, one for groups, and the checkpoint. Each value
/// ends with a checksum over its key and itself (`ViewValue`).
///
///     <kind>      id (16 bytes) -> position of the last change (8 bytes, little-endian) · state (wire bytes)
///     aliases     tag (wire bytes) -> id
///     groups      tag (wire bytes) -> ids, sorted
///     checkpoint  "checkpoint" -> position (8 bytes), version (8 bytes), origin (16 bytes)
final class ViewStore {
    let environment: Environment
    /// As in `ViewCatalog.names`.
    private let databases: [Database]
    private let checkpoint: Database
    /// What is read, instead of the last commit.
    private let held: HeldSnapshot?
    /// Those views of the held snapshot of which it is known that nothing in them is missing.
    private var wholeViews: Set<Int> = []
    /// Whether some databases were there when the file was opened, and others were not: it is damaged, or of another
    /// version.
    let wasIncomplete: Bool

    private var aliases: Database { self.databases[ViewCatalog.aliases] }
    private var groups: Database { self.databases[ViewCatalog.groups] }

    init(path: String, isDisposable: Bool, mode: Environment.Mode) throws {
        // Address space alone: growing it would have to wait for snapshots that are held.
        let options = Environment.Options(mode: mode, mapSizeBytes: 64 << 30, syncMode: isDisposable ? .none : .full)
        self.held = nil
        let environment = try ViewsError.translating { try Environment(path: path, options: options) }
        self.environment = environment
        let wanted: [(name: String, flags: Database.Flags)] =
            ViewCatalog.names.enumerated().map { ($1, $0 == ViewCatalog.groups ? .duplicateFixed : []) } + [
                ("checkpoint", [])
            ]
        var found: [String: Database] = [:]
        var wasIncomplete = false
        if mode == .readWrite {
            // All at once: a new file is made durable once.
            try ViewsError.translating {
                try environment.write { transaction in
                    for (name, flags) in wanted { found[name] = try transaction.openDatabase(name, flags) }
                    wasIncomplete = !found.isEmpty && found.count < wanted.count
                    for (name, flags) in wanted where found[name] == nil {
                        found[name] = try transaction.openDatabase(name, flags.union(.create))
                    }
                }
            }
        } else {
            try ViewsError.translating {
                for (name, flags) in wanted { found[name] = try environment.openDatabase(name, flags) }
            }
        }
        self.wasIncomplete = wasIncomplete
        func database(_ name: String) throws -> Database {
            guard let database = found[name] else {
                throw ViewsError(
                    .damaged, "the views in \(path) have no \(name)", remedy: "remove that folder, it is rebuilt")
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
        self.wasIncomplete = false
        self.held = try ViewsError.translating { try HeldSnapshot(of: store.environment) }
    }

    private func reading<Result>(_ body: (borrowing ReadTransaction) throws -> Result) throws -> Result {
        try ViewsError.translating {
            if let held { try held.read(body) } else { try self.environment.read(body) }
        }
    }

    private func writing<Result>(_ body: (inout WriteTransaction) throws -> Result) throws -> Result {
        try ViewsError.translating { try self.environment.writeGrowing(body) }
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

    private static let checkpointKey = Array("checkpoint".utf8)

    private func readCheckpoint<Access>(_ transaction: borrowing Transaction<Access>) throws -> Checkpoint? {
        guard let value = try transaction.bytes(Self.checkpointKey, in: self.checkpoint) else { return nil }
        return try Self.checkpointKey.withUnsafeBytes { key in
            try value.withUnsafeBytes { value in
                let content = try self.checked(value, of: key, in: "checkpoint")
                guard content.count == 32 else { throw self.damage(in: "checkpoint") }
                return Checkpoint(
                    position: Position(UInt64(littleEndian: content.loadUnaligned(as: UInt64.self))),
                    version: UInt64(littleEndian: content.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                    origin: ViewKey(UnsafeRawBufferPointer(rebasing: content[16...]).bytes).bits)
            }
        }
    }

    /// Empties every view.
    func reset(to checkpoint: Checkpoint) throws {
        try self.writing { transaction in
            for database in self.databases { try transaction.empty(database) }
            try self.write(checkpoint, &transaction)
        }
    }

    private func write(_ checkpoint: Checkpoint, _ transaction: inout WriteTransaction) throws {
        var value: [UInt8] = []
        for number in [checkpoint.position.value, checkpoint.version] {
            withUnsafeBytes(of: number.littleEndian) { value.append(contentsOf: $0) }
        }
        value += ViewKey(checkpoint.origin).bytes
        let key = Self.checkpointKey
        try transaction.put(key, ViewValue.sealed(value, of: key), in: self.checkpoint)
    }

    /// The content of a value. Throws where its checksum does not match.
    private func checked(
        _ value: UnsafeRawBufferPointer, of key: UnsafeRawBufferPointer, in database: String
    ) throws -> UnsafeRawBufferPointer {
        guard let content = ViewValue.content(of: value, key: key) else { throw self.damage(in: database) }
        return content
    }

    private func damage(in database: String, _ what: String = "a checksum does not match") -> ViewsError {
        ViewsError(
            .damaged,
            "reading \(database) in \(self.environment.path)/data.mdb: \(what)",
            remedy: "remove that folder, it is folded again from the log")
    }

    // MARK: Nothing is missing

    /// Throws where records of a view cannot be reached: below a damaged page LMDB finds nothing, and says nothing. Goes
    /// through the view, once for each held snapshot; elsewhere it looks at nothing.
    private func requireWhole(_ view: Int) throws {
        if self.held == nil || self.wholeViews.contains(view) { return }
        try self.forEachRecord(in: view) { _, _ in }
    }

    /// The order and the number of the records that are met on the way through a view.
    private struct Passage {
        let inGroups: Bool
        private(set) var count = 0
        private var key: [UInt8] = []
        private var last: [UInt8] = []

        init(inGroups: Bool) { self.inGroups = inGroups }

        /// False where a record is not after the one before.
        mutating func meets(_ key: UnsafeRawBufferPointer, _ content: UnsafeRawBufferPointer) -> Bool {
            swap(&self.key, &self.last)
            self.key.removeAll(keepingCapacity: true)
            self.key.append(contentsOf: key)
            if self.inGroups { self.key.append(contentsOf: content) }
            self.count += 1
            if self.count == 1 { return true }
            return self.last.withUnsafeBytes { last in
                self.key.withUnsafeBytes { LayerFormat.compare(last, $0, inGroups: self.inGroups) < 0 }
            }
        }
    }

    /// Writes what changed together with the new checkpoint. False, and nothing written, when another process moved the
    /// views on from `base` in the meantime.
    func commit(_ changes: StateChanges, from base: Checkpoint) throws -> Bool {
        try self.writing { transaction in
            guard try self.readCheckpoint(transaction) == base else { return false }
            for (alias, holder) in changes.aliases {
                let key = try WireEncoder.encode(alias)
                if let holder {
                    try transaction.put(key, ViewValue.sealed(ViewKey(holder).bytes, of: key), in: self.aliases)
                } else {
                    try transaction.delete(key, in: self.aliases)
                }
            }
            for (group, changes) in changes.groups {
                let key = try WireEncoder.encode(group)
                for (id, joined) in changes.sorted(by: { $0.key < $1.key }) {
                    let value = ViewValue.sealed(ViewKey(id).bytes, of: key)
                    if joined {
                        try transaction.put(key, value, in: self.groups)
                    } else {
                        try transaction.delete(key, value: value, in: self.groups)
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
        var value: [UInt8] = []
        for (kind, database) in zip(ViewCatalog.kinds, self.databases) {
            guard let table = changes.table(of: kind) else { continue }
            try transaction.withWriteCursor(database) { cursor in
                try table.forEachChange { id, bytes in
                    if let bytes {
                        value.removeAll(keepingCapacity: true)
                        value.append(contentsOf: bytes)
                        ViewKey(id).withBytes { ViewValue.seal(&value, of: $0) }
                        try cursor.put(ViewKey(id), value)
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
        let found = try self.reading { transaction in
            try transaction.get(key.bytes, in: self.databases[view]) { value in
                try value.withUnsafeBytes { try body(self.checked($0, of: key, in: ViewCatalog.names[view])) }
            }
        }
        if found == nil { try self.requireWhole(view) }
        return found
    }

    func forEachRecord(
        in view: Int, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let name = ViewCatalog.names[view]
        try self.reading { transaction in
            var passage = Passage(inGroups: view == ViewCatalog.groups)
            try transaction.withCursor(self.databases[view]) { cursor in
                var isThere = try cursor.first()
                while isThere {
                    try cursor.withRecord { key, value in
                        try key.withUnsafeBytes { key in
                            try value.withUnsafeBytes { value in
                                let content = try self.checked(value, of: key, in: name)
                                guard passage.meets(key, content) else {
                                    throw self.damage(in: name, "its records are out of order")
                                }
                                try body(key, content)
                            }
                        }
                    }
                    isThere = try cursor.next()
                }
            }
            guard passage.count == (try transaction.count(of: self.databases[view])) else {
                throw self.damage(in: name, "records are missing")
            }
        }
        self.wholeViews.insert(view)
    }

    func members(of group: [UInt8]) throws -> [UInt128] {
        try self.requireWhole(ViewCatalog.groups)
        return try self.reading { transaction in
            try transaction.withCursor(self.databases[ViewCatalog.groups]) { cursor in
                var members: [UInt128] = []
                var isThere = try cursor.seekExact(group)
                while isThere {
                    let member = try cursor.withValue { value in
                        try group.withUnsafeBytes { key in
                            try value.withUnsafeBytes { value in
                                ViewKey(try self.checked(value, of: key, in: "groups").bytes).bits
                            }
                        }
                    }
                    members.append(member)
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
