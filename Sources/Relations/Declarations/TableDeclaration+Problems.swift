extension TableDeclaration {
    /// What is wrong with this declaration, one sentence each. Names that PostgreSQL would cut at 63 bytes count.
    var problems: [String] {
        var problems: [String] = []
        var seen: Set<String> = []
        for column in self.columns where !seen.insert(column.name).inserted {
            problems.append("table \(self.name) declares the column \(column.name) twice")
        }
        for column in self.generatedColumns where !seen.insert(column.name).inserted {
            problems.append("table \(self.name) declares the column \(column.name) twice")
        }
        if let column = self.partitioning?.column, !self.primaryKey.contains(column) {
            problems.append("table \(self.name) is partitioned by \(column), which is not part of its primary key")
        }
        if self.primaryKey.isEmpty { problems.append("table \(self.name) has no primary key") }
        for key in self.primaryKey where self.column(key)?.nullable ?? false {
            problems.append("table \(self.name) has the primary key column \(key), which may be null")
        }
        for (what, columns) in self.namedColumns {
            for column in columns where !seen.contains(column) {
                problems.append("\(what) of table \(self.name) names the column \(column), which it does not have")
            }
        }
        for key in self.foreignKeys where key.columns.count != key.referencedColumns.count {
            problems.append("the foreign key \(key.name ?? "") of table \(self.name) pairs columns unevenly")
        }
        for name in self.allNames where name.utf8.count > 63 {
            problems.append("the name \(name) in table \(self.name) is longer than PostgreSQL's 63 bytes")
        }
        return problems
    }

    private var namedColumns: [(String, [String])] {
        [("the primary key", self.primaryKey)]
            + self.uniques.map { ("the unique constraint \($0.name ?? "")", $0.columns) }
            + self.foreignKeys.map { ("the foreign key \($0.name ?? "")", $0.columns) }
            + self.indexes.map { index in
                (
                    "the index \(index.name)",
                    index.parts.compactMap { part in
                        switch part {
                        case .ascending(let column), .descending(let column): column
                        case .expression: nil
                        }
                    }
                )
            }
    }

    private var allNames: [String] {
        [self.name] + self.columns.map(\.name) + self.uniques.compactMap(\.name) + self.checks.map(\.name)
            + self.generatedColumns.map(\.name) + self.policies.map(\.name) + self.triggers.map(\.name)
            + self.foreignKeys.compactMap(\.name) + self.indexes.map(\.name)
    }
}
