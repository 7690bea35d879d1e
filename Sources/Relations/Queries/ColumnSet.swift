/// Some of a table's columns, by their places. From the 64th on they are in it together or not at all.
@usableFromInline package struct ColumnSet: Hashable, Sendable {
    /// The lowest bit is the first column; the highest stands for the 64th and all behind it.
    @usableFromInline package var bits: UInt64

    package static let all = ColumnSet(bits: .max)

    @inlinable
    package init(bits: UInt64) { self.bits = bits }

    package init(_ columns: some Sequence<Int>) {
        self.bits = 0
        for column in columns { self.insert(column) }
    }

    @inlinable
    package func contains(_ column: Int) -> Bool { self.bits >> UInt64(min(column, 63)) & 1 == 1 }

    package mutating func insert(_ column: Int) { self.bits |= 1 << UInt64(min(column, 63)) }
}

extension Table {
    /// Writes some of the row's cells over what `cells` held; the others stay as they are.
    @inlinable
    package func fill(_ cells: inout [SQLValue], from row: Row, only columns: ColumnSet) {
        if cells.count != self.values.count {
            cells = Array(repeating: .null, count: self.values.count)
        }
        for index in self.values.indices where columns.contains(index) {
            cells[index] = self.values[index](row)
        }
    }
}
