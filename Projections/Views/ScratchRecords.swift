import LedgerLMDB

/// Records on disk in the order of their keys, for work that does not fit into memory. Thrown away afterwards: nothing
/// waits for the disk.
package final class ScratchRecords {
    private let environment: Environment
    private let database: Database
    private var waiting: [(key: [UInt8], value: [UInt8])] = []
    private var waitingBytes = 0

    private static let batchBytes = 4 << 20

    /// - Parameter path: a folder that is there, and holds nothing.
    package init(path: String) throws {
        let options = Environment.Options(mode: .readWrite, mapSizeBytes: 4 << 30, syncMode: .none)
        (self.environment, self.database) = try ViewsError.translating {
            let environment = try Environment(path: path, options: options)
            let database = try environment.write { transaction in
                guard let database = try transaction.openDatabase("records", .create) else {
                    preconditionFailure("a database that is created is there")
                }
                return database
            }
            return (environment, database)
        }
    }

    package func put(_ key: [UInt8], _ value: [UInt8]) throws {
        self.waiting.append((key, value))
        self.waitingBytes += key.count + value.count
        if self.waitingBytes > Self.batchBytes { try self.flush() }
    }

    private func flush() throws {
        if self.waiting.isEmpty { return }
        self.waiting.sort { $0.key.lexicographicallyPrecedes($1.key) }
        try ViewsError.translating {
            try self.environment.writeGrowing { transaction in
                for (key, value) in self.waiting { try transaction.put(key, value, in: self.database) }
            }
        }
        self.waiting.removeAll(keepingCapacity: true)
        self.waitingBytes = 0
    }

    /// Hands over the records whose keys begin so, in the order of the keys.
    package func forEach(under prefix: [UInt8], _ body: (_ key: [UInt8], _ value: [UInt8]) throws -> Void) throws {
        try self.flush()
        try ViewsError.translating {
            try self.environment.read { transaction in
                try transaction.withCursor(self.database) { cursor in
                    var isThere = try cursor.seek(prefix)
                    while isThere, cursor.keyBytes.starts(with: prefix) {
                        try body(cursor.keyBytes, cursor.valueBytes)
                        isThere = try cursor.next()
                    }
                }
            }
        }
    }
}
