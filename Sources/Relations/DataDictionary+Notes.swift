extension DataDictionary {
    /// What holds of a table's rows, and how they are found: a line each.
    static func notes(_ table: TableDeclaration) -> [String] {
        let partitions = table.partitioning.map { partitioning in
            "In PostgreSQL one partition for each month of `\(partitioning.column)` (UTC) that has rows"
        }
        return ["Primary key: \(self.list(table.primaryKey))"] + (partitions.map { [$0] } ?? [])
            + table.foreignKeys.map { key in
                "\(self.list(key.columns)) → `\(key.table)` (\(self.list(key.referencedColumns)))"
                    + (key.onDelete == .noAction ? "" : ", on delete \(key.onDelete.rawValue.lowercased())")
            }
            + table.uniques.map { unique in
                "Unique: \(self.list(unique.columns))" + (unique.nullsNotDistinct ? ", nulls count as equal" : "")
            }
            + table.checks.map { "`\($0.name)`: `\($0.postgreSQL)`" } + table.indexes.map(self.note)
            + table.triggers.map { "Trigger `\($0.name)`: \($0.timing), `\($0.call)`" }
            + table.policies.map(self.note)
    }

    private static func note(_ index: TableIndex) -> String {
        let parts = index.parts.map { part in
            switch part {
            case .ascending(let column): "`\(column)`"
            case .descending(let column): "`\(column)` descending"
            case .expression(let sql): "`\(sql)`"
            }
        }
        return (index.isUnique ? "Unique index" : "Index") + " `\(index.name)`: " + parts.joined(separator: ", ")
            + (index.condition.map { " where `\($0)`" } ?? "") + (index.method.map { ", \($0)" } ?? "")
    }

    private static func note(_ policy: RowPolicy) -> String {
        "Policy `\(policy.name)`: \(policy.command.rawValue) for `\(policy.role)`"
            + (policy.using.map { ", of rows where `\($0)`" } ?? "")
            + (policy.check.map { ", leaving rows where `\($0)`" } ?? "")
            + (policy.columns.map { "; columns " + self.list($0) } ?? "")
            + (policy.letsTenantsWrite ? "; with `--tenant-writes` alone" : "")
    }

    private static func list(_ columns: [String]) -> String { columns.map { "`\($0)`" }.joined(separator: ", ") }
}
