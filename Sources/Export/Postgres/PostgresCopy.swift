import Postgres
import Relations

/// One table's rows into one `COPY … FROM STDIN`, or into several where partitions are made on the way.
struct PostgresCopy {
    let connection: PostgresConnection
    let table: TableDeclaration

    func rows(
        of source: some RelationSource, changedAfter: UInt64?, into copy: String, partitions: PostgresPartitions? = nil,
        _ progress: ExportProgress?
    ) throws -> ExportReport.Table {
        var counter = RowCounter(self.table, progress)
        var partitions = partitions
        try self.stream(copy) { out in
            try source.rows(of: self.table, changedAfter: changedAfter) { cells in
                counter.count(cells)
                if let statement = partitions?.statement(before: cells) {
                    try out.flush()
                    try self.connection.endCopy(copy)
                    try self.connection.execute(statement)
                    try self.connection.beginCopy(copy)
                }
                try out.copyRow(cells)
            }
        }
        return counter.finish()
    }

    /// Keys in full or their leading cells, the rest null. `makeStage` is called when there is one, and returns the
    /// COPY statement; returns whether there was any.
    func removedKeys(
        of source: some RelationSource, after position: UInt64, into makeStage: () throws -> String
    ) throws -> Bool {
        let width = self.table.primaryKey.count
        var open: (copy: String, out: RowStream)?
        do {
            try source.removedKeys(of: self.table, after: position) { key in
                let stream = try open ?? (try makeStage(), self.rowStream)
                if open == nil { try self.connection.beginCopy(stream.copy) }
                open = stream
                try stream.out.copyRow(key + Array(repeating: .null, count: width - key.count))
            }
            try open?.out.flush()
        } catch {
            if open != nil { self.connection.abandonCopy() }
            throw error
        }
        if let open { try self.connection.endCopy(open.copy) }
        return open != nil
    }

    private var rowStream: RowStream { RowStream { [connection] bytes in try connection.sendCopy(bytes) } }

    private func stream(_ copy: String, _ body: (RowStream) throws -> Void) throws {
        try self.connection.beginCopy(copy)
        do {
            let out = self.rowStream
            try body(out)
            try out.flush()
        } catch {
            self.connection.abandonCopy()
            throw error
        }
        try self.connection.endCopy(copy)
    }
}
