import LedgerEvents
import LedgerLMDB
import LedgerLog
import Synchronization

/// One LMDB environment of the log and its databases.
final class Segment: Sendable {
    /// The position of its first event; also while it is empty.
    let first: Position
    let environment: Environment
    let databases: SegmentDatabases
    let path: String
    /// Whether the index of types was found to agree with the records.
    let hasWholeTypeIndex = Atomic(false)

    /// Opens the active segment. Throws as `SegmentHeader` and `Environment` do.
    convenience init(active path: String, first: Position, mode: Environment.Mode, mapSizeBytes: Int) throws {
        try self.init(path, first, .init(mode: mode, mapSizeBytes: mapSizeBytes, maxDatabases: Self.maxDatabases))
    }

    /// Opens a sealed segment: nobody writes to it, so it needs no locks.
    convenience init(sealed path: String, first: Position) throws {
        try self.init(path, first, Self.sealedOptions)
    }

    /// LMDB raises the map's size to that of the file.
    static let sealedOptions = Environment.Options(
        mode: .readOnly, mapSizeBytes: 1, maxDatabases: maxDatabases, usesLocks: false)

    private init(_ path: String, _ first: Position, _ options: Environment.Options) throws {
        _ = try SegmentHeader(ofSegment: path, first: first)
        self.first = first
        self.path = path
        do {
            self.environment = try Environment(path: path, options: options)
            self.databases = try SegmentDatabases(opening: self.environment)
        } catch let error as LMDBError {
            throw EventLogError(error)
        }
    }

    private static let maxDatabases = 16

    /// Makes a segment without events that carries on from `state`; also out of one that is there and holds none.
    static func create(
        path: String, state: LogState = LogState(), previous: PreviousSegment? = nil,
        syncMode: Environment.SyncMode = .full
    ) throws {
        try translatingErrors {
            let environment = try Environment(
                path: path,
                options: .init(
                    mode: .readWrite, mapSizeBytes: DiskLayout.initialMapBytes, maxDatabases: Self.maxDatabases,
                    syncMode: syncMode))
            try environment.write { txn in
                let databases = try SegmentDatabases(creating: &txn)
                try txn.put(DiskLayout.stateKey, state.encoded(), in: databases.meta)
                if let previous { try txn.put(DiskLayout.previousKey, previous.encoded(), in: databases.meta) }
            }
        }
    }
}

struct SegmentDatabases: Sendable {
    let events: Database
    let tags: Database
    let tails: Database
    let types: Database
    let leaves: Database
    let idempotency: Database
    let meta: Database

    static let kinds: [(name: String, flags: Database.Flags)] = [
        (DiskLayout.Name.events, .integerKey), (DiskLayout.Name.tags, .integerDuplicate),
        (DiskLayout.Name.types, .integerDuplicate), (DiskLayout.Name.leaves, .integerKey),
        (DiskLayout.Name.idempotency, []), (DiskLayout.Name.meta, []), (DiskLayout.Name.tails, []),
    ]

    init(opening environment: Environment) throws {
        try self.init { name, flags in
            guard let database = try environment.openDatabase(name, flags) else {
                throw EventLogError(
                    .corrupted(.start),
                    "opening \(environment.path): data.mdb has no database \"\(name)\"",
                    remedy: "restore the ledger from a copy")
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
        self.tails = try open(Self.kinds[6].name, Self.kinds[6].flags)
    }
}
