import LedgerRelations

/// Rows on their way out as text: encoded into one reused buffer, which goes out whenever it is full.
final class RowStream {
    private var encoder: CellEncoder
    private let chunk: Int
    private let out: (UnsafeRawBufferPointer) throws -> Void

    /// `out` gets at least `chunk` bytes at a time, but for the last.
    init(chunk: Int = 128 << 10, to out: @escaping (UnsafeRawBufferPointer) throws -> Void) {
        self.encoder = CellEncoder(capacity: chunk + chunk / 8)
        self.chunk = chunk
        self.out = out
    }

    func copyRow(_ cells: [SQLValue]) throws {
        self.encoder.appendCopyRow(cells)
        if self.encoder.buffer.count >= self.chunk { try self.flush() }
    }

    func csvRow(_ cells: [SQLValue]) throws {
        self.encoder.appendCSVRow(cells)
        if self.encoder.buffer.count >= self.chunk { try self.flush() }
    }

    func jsonRow(_ cells: [SQLValue], columns: [ColumnDeclaration]) throws {
        self.encoder.appendJSONRow(cells, columns: columns)
        if self.encoder.buffer.count >= self.chunk { try self.flush() }
    }

    func line(_ text: String) throws {
        self.text(text)
        if self.encoder.buffer.count >= self.chunk { try self.flush() }
    }

    func text(_ text: String) {
        self.encoder.buffer.append(text)
    }

    func flush() throws {
        try self.encoder.buffer.withBytes(self.out)
        self.encoder.buffer.removeAll()
    }
}
