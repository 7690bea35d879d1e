import EventLog
import EventSourcing
import LMDB

/// One LMDB environment of the log and its databases. Later segments will stand behind it in a chain.
final class Segment: Sendable {
    let environment: Environment
    let databases: SegmentDatabases
    let path: String

    init(path: String, mode: Environment.Mode) throws {
        do {
            try PageFile.requireReadable(path)
            let environment = try Environment(
                path: path, options: .init(mode: mode, mapSizeBytes: DiskLayout.initialMapBytes, maxDatabases: 16))
            self.environment = environment
            self.databases = try SegmentDatabases(opening: environment)
            self.path = path
        } catch let error as LMDBError {
            throw EventLogError(error)
        }
    }

    /// Makes the environment and its empty databases in one transaction.
    static func create(path: String) throws {
        do {
            let environment = try Environment(
                path: path,
                options: .init(mode: .readWrite, mapSizeBytes: DiskLayout.initialMapBytes, maxDatabases: 16))
            try environment.write { txn in
                let databases = try SegmentDatabases(creating: &txn)
                try txn.put(DiskLayout.stateKey, LogState().encoded(), in: databases.meta)
            }
        } catch let error as LMDBError {
            throw EventLogError(error)
        }
    }
}

struct SegmentDatabases: Sendable {
    let events: Database
    let tags: Database
    let tagTails: Database
    let types: Database
    let leaves: Database
    let idempotency: Database
    let meta: Database

    static let kinds: [(name: String, flags: Database.Flags)] = [
        (DiskLayout.Name.events, .integerKey), (DiskLayout.Name.tags, .integerDuplicate),
        (DiskLayout.Name.types, .integerDuplicate), (DiskLayout.Name.leaves, .integerKey),
        (DiskLayout.Name.idempotency, []), (DiskLayout.Name.meta, []), (DiskLayout.Name.tagTails, []),
    ]

    init(opening environment: Environment) throws {
        try self.init { name, flags in
            guard let database = try environment.openDatabase(name, flags) else {
                throw EventLogError(
                    .corrupted(.start),
                    "opening \(environment.path): data.mdb has no database \"\(name)\"; restore the ledger from a copy")
            }
            return database
        }
    }

    init(creating txn: inout WriteTransaction) throws {
        try self.init { name, flags in
            guard let database = try txn.openDatabase(name, flags.union(.create)) else {
                throw EventLogError(.io, "creating the log: the database \"\(name)\" could not be made")
            }
            return database
        }
    }

    private init(_ open: (String, Database.Flags) throws -> Database) throws {
        self.events = try open(Self.kinds[0].name, Self.kinds[0].flags)
        self.tags = try open(Self.kinds[1].name, Self.kinds[1].flags)
        self.types = try open(Self.kinds[2].name, Self.kinds[2].flags)
        self.leaves = try open(Self.kinds[3].name, Self.kinds[3].flags)
        self.idempotency = try open(Self.kinds[4].name, Self.kinds[4].flags)
        self.meta = try open(Self.kinds[5].name, Self.kinds[5].flags)
        self.tagTails = try open(Self.kinds[6].name, Self.kinds[6].flags)
    }
}
