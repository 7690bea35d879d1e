import LedgerPostgres
import LedgerRelations

/// One table's rows, or the keys of those that may be gone, into what is made for the first of them. `target` makes it,
/// and returns the COPY statement that fills it.
struct PostgresCopy {
    let connection: PostgresConnection
    let table: TableDeclaration

    /// - Parameter partitions: those that are made on the way, each before its first row.
    func rows(
        of source: some RelationSource, changedAfter: UInt64?, into target: () throws -> String,
        partitions: PostgresPartitions? = nil, _ progress: ExportProgress?
    ) throws -> ExportReport.Table {
        var counter = RowCounter(self.table, progress)
        var partitions = partitions
        _ = try CopyStream.write(to: self.connection, into: target) { stream in
            try source.rows(of: self.table, changedAfter: changedAfter) { cells in
                counter.count(cells)
                if let statement = partitions?.statement(before: cells) { try stream.execute(statement) }
                try stream.row(cells)
            }
        }
        return counter.finish()
    }

    /// In small batches, without those that the database refuses: these are noted by `orphans`.
    /// - Parameter copy: the statement that a batch is copied with.
    func acceptedRows(
        of source: some RelationSource, changedAfter: UInt64?, with copy: String, partitions: PostgresPartitions?,
        _ orphans: PostgresOrphans, _ progress: ExportProgress?
    ) throws -> ExportReport.Table {
        var counter = RowCounter(self.table, progress)
        var batch = PostgresBatch(connection: self.connection, table: self.table, copy: copy, orphans: orphans)
        var partitions = partitions
        try source.rows(of: self.table, changedAfter: changedAfter) { cells in
            counter.count(cells)
            try batch.add(cells, after: partitions?.statement(before: cells))
        }
        try batch.flush()
        var report = counter.finish()
        report.rows -= batch.refused
        return report
    }

    /// Keys in full or their leading cells, the rest null; returns whether there was any.
    func removedKeys(
        of source: some RelationSource, after position: UInt64, into target: () throws -> String
    ) throws -> Bool {
        let width = self.table.primaryKey.count
        return try CopyStream.write(to: self.connection, into: target) { stream in
            try source.removedKeys(of: self.table, after: position) { key in
                try stream.row(key + Array(repeating: .null, count: width - key.count))
            }
        }
    }
}
