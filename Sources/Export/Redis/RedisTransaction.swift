import LedgerRelations

/// Commands between MULTI and EXEC. The server keeps them until EXEC and does all of them or, when the connection ends
/// before, none; here only as many are kept as were not answered yet.
struct RedisTransaction {
    private let connection: RedisConnection
    private var unanswered = 0
    /// Of each command that removes something the family it does so for.
    private var removals: [Int: Int] = [:]
    private var commands = 0

    private static let unansweredLimit = 1000

    init(_ connection: RedisConnection) throws(ExportError) {
        self.connection = connection
        _ = try connection.command(["MULTI"])
    }

    mutating func add(_ change: KeyChange, family: Int) throws(ExportError) {
        if change.isRemoval { self.removals[self.commands] = family }
        switch change {
        case .text(let key, let text, nil): try self.send(["SET", key, text])
        case .text(let key, let text, let life?): try self.send(["SET", key, text, "PX", String(max(life, 1))])
        case .hash(let key, let fields):
            try self.send(["DEL", key])
            try self.send(["HSET", key] + fields.flatMap { [$0.name, $0.value] })
        case .member(let key, let name, let score): try self.send(["ZADD", key, String(score), name])
        case .removedKey(let key): try self.send(["DEL", key])
        case .removedMember(let key, let name): try self.send(["ZREM", key, name])
        }
    }

    mutating func send(_ arguments: [String]) throws(ExportError) {
        try self.connection.enqueue(arguments)
        self.commands += 1
        self.unanswered += 1
        if self.unanswered == Self.unansweredLimit { try self.settle() }
    }

    /// Reads what the server said to the commands so far: that it keeps them, or why it does not.
    private mutating func settle() throws(ExportError) {
        while self.unanswered > 0 {
            self.unanswered -= 1
            if case .refusal(let reason) = try self.connection.reply() {
                throw self.connection.refused(["a command"], reason)
            }
        }
    }

    /// Does it all; returns how much went, by family.
    mutating func execute() throws(ExportError) -> [Int: Int] {
        try self.settle()
        guard case .array(let replies) = try self.connection.command(["EXEC"]) else {
            throw ExportError(
                .refusedByDatabase,
                "another export into \(self.connection.target) came in between; nothing was changed: run again")
        }
        var removed: [Int: Int] = [:]
        for (index, reply) in replies.enumerated() {
            if case .refusal(let reason) = reply {
                throw ExportError(
                    .refusedByDatabase,
                    "\(self.connection.target) did not do all of a transaction (\(reason)): somebody else writes our "
                        + "keys; delete them, and \(Bookmark.table):*, and run again")
            }
            if let family = self.removals[index] { removed[family, default: 0] += Int(reply.integer ?? 0) }
        }
        return removed
    }
}
