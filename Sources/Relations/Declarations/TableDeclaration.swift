/// A table without its row type: what DDL, exporters and the data dictionary read.
@usableFromInline package struct TableDeclaration: Hashable, Sendable {
    package let name: String
    package let primaryKey: [String]
    package let partitioning: Partitioning?
    package let description: String?
    package internal(set) var columns: [ColumnDeclaration] = []
    package internal(set) var uniques: [Unique] = []
    package internal(set) var checks: [TableCheck] = []
    package internal(set) var foreignKeys: [ForeignKey] = []
    package internal(set) var indexes: [TableIndex] = []
    package internal(set) var generatedColumns: [GeneratedColumn] = []
    package internal(set) var policies: [RowPolicy] = []
    package internal(set) var triggers: [Trigger] = []
    package internal(set) var deviations: [Deviation] = []

    init(name: String, primaryKey: [String], partitioning: Partitioning? = nil, description: String?) {
        self.name = name
        self.primaryKey = primaryKey
        self.partitioning = partitioning
        self.description = description
    }

    /// Where the primary key's columns stand among the cells of a row.
    package var primaryKeyIndexes: [Int] {
        self.primaryKey.compactMap { key in self.columns.firstIndex { $0.name == key } }
    }

    /// The same table with a last column: the position of the last event that changed a row. `updated_at` does not
    /// change with sums, and a late event may set it back; this column never falls.
    package var withChangedPosition: TableDeclaration {
        var table = self
        table.add(
            ColumnDeclaration(
                name: Self.changedPosition, type: .bigint, nullable: true, unit: "log position",
                description: "Of the last event that changed the row or anything it is made of; never falls. Load "
                    + "incrementally by this column."))
        return table
    }
    package static let changedPosition = "changed_position"

    /// Whether anything but the primary key can make two rows collide.
    package var hasUniquenessBeyondPrimaryKey: Bool {
        !self.uniques.isEmpty || self.indexes.contains(where: \.isUnique)
    }

    package func column(_ name: String) -> ColumnDeclaration? {
        self.columns.first { $0.name == name }
    }

    mutating func add(_ column: ColumnDeclaration) {
        self.columns.append(column)
        if column.isUnique { self.add(Unique(column.name)) }
        if let own = column.reference {
            self.add(
                ForeignKey(
                    [column.name], references: own.table, [own.column], onDelete: own.onDelete,
                    deferred: own.isDeferred))
        }
        if let own = column.index {
            self.indexes.append(
                TableIndex(
                    own.name ?? "idx_\(self.name)_\(column.name)", .ascending(column.name), where: own.condition,
                    using: own.method))
        }
    }

    mutating func add(_ unique: Unique) {
        var unique = unique
        unique.name = unique.name ?? "\(self.name)_\(unique.columns.joined(separator: "_"))_key"
        self.uniques.append(unique)
    }

    mutating func add(_ key: ForeignKey) {
        var key = key
        key.name = key.name ?? "\(self.name)_\(key.columns.joined(separator: "_"))_fkey"
        self.foreignKeys.append(key)
    }
}
