import LedgerEvents
import LedgerRelations

/// What one event did to one row.
struct RowChange {
    /// Of the thing that the row is about, or is a part of.
    var id: UInt128
    /// Nil: there was no such row.
    var before: [SQLValue]?
    /// Nil: the row is gone.
    var after: [SQLValue]?
    var envelope: Envelope
}

/// What a row held from one event on, until the next that changed it.
package struct RowVersion: Sendable {
    package var table: TableDeclaration
    package var cells: [SQLValue]
    /// The event that made it so.
    package var from: Envelope
    /// The event that ended it; nil for what stood at the moment that was asked about.
    package var to: Envelope?

    /// Namespace of the ids of versions.
    private static let namespace: UInt128 = 0x5B6A_0E71_44D2_4C0F_9D7E_18A3_62F5_C90B

    /// The cells in the order of the columns of `table.versions()`.
    package var versionCells: [SQLValue] {
        var name = self.table.name
        for place in self.table.primaryKeyIndexes {
            name += "/"
            name += Self.text(self.cells[place])
        }
        name += "/"
        name += self.from.position.description
        let id = UUIDv5.named(name, in: Self.namespace)
        let recordedAt = SQLValue.timestamp(self.from.recordedAt.microseconds)
        var cells: [SQLValue] = []
        cells.reserveCapacity(self.cells.count + 6)
        cells += self.cells
        cells.append(.text(UUIDText.digits(id)))
        cells.append(recordedAt)
        cells.append(recordedAt)
        cells.append(self.to.map { .timestamp($0.recordedAt.microseconds) } ?? .null)
        cells.append(self.from.position.sqlValue)
        cells.append(self.to?.position.sqlValue ?? .null)
        return cells
    }

    private static func text(_ key: SQLValue) -> String {
        if case .integer(let number) = key { return String(number) }
        return key.text ?? ""
    }
}

/// Makes versions of changes: half-open, without a gap or an overlap.
struct RowVersions {
    private let table: TableDeclaration
    private let keys: [Int]
    /// The versions that nothing has ended yet: one, or one for each part of a thing.
    private var open: [(cells: [SQLValue], from: Envelope)] = []

    init(of table: TableDeclaration) {
        self.table = table
        self.keys = table.primaryKeyIndexes
    }

    mutating func take(_ change: RowChange, _ body: (RowVersion) throws -> Void) rethrows {
        if let before = change.before, let index = self.open.firstIndex(where: { self.isSameRow($0.cells, before) }) {
            let (cells, from) = self.open[index]
            if let after = change.after {
                self.open[index] = (after, change.envelope)
            } else {
                self.open.remove(at: index)
            }
            try body(RowVersion(table: self.table, cells: cells, from: from, to: change.envelope))
        } else if let after = change.after {
            self.open.append((after, change.envelope))
        }
    }

    /// Hands over what nothing has ended.
    mutating func finish(_ body: (RowVersion) throws -> Void) rethrows {
        for (cells, from) in self.open { try body(RowVersion(table: self.table, cells: cells, from: from)) }
        self.open.removeAll()
    }

    private func isSameRow(_ a: [SQLValue], _ b: [SQLValue]) -> Bool { self.keys.allSatisfy { a[$0] == b[$0] } }
}
