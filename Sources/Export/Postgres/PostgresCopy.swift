import Relations

/// One table's rows into one `COPY … FROM STDIN`.
struct PostgresCopy {
    let connection: PostgresConnection
    let table: TableDeclaration

    func rows(
        of source: some RelationSource, changedAfter: UInt64?, into copy: String, _ progress: ExportProgress?
    ) throws -> ExportReport.Table {
        var counter = RowCounter(self.table, progress)
        try self.stream(copy) { out in
            try source.rows(of: self.table, changedAfter: changedAfter) { cells in
                counter.count(cells)
                try out.copyRow(cells)
            }
        }
        return counter.finish()
    }

    func removedKeys(of source: some RelationSource, after position: UInt64, into copy: String) throws {
        try self.stream(copy) { out in
            try source.removedKeys(of: self.table, after: position) { try out.copyRow($0) }
        }
    }

    private func stream(_ copy: String, _ body: (RowStream) throws -> Void) throws {
        try self.connection.beginCopy(copy)
        do {
            let out = RowStream { [connection] bytes in try connection.sendCopy(bytes) }
            try body(out)
            try out.flush()
        } catch {
            self.connection.abandonCopy()
            throw error
        }
        try self.connection.endCopy(copy)
    }
}
