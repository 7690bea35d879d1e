import LedgerRelations

/// A term of a WHERE clause or of a join, as far as it says something of one column.
struct QueryConstraint {
    enum Comparison { case equal, atLeast, above, atMost, below, other }

    var column: Int
    var comparison: Comparison
    /// Whether the other side is known when the rows are asked for.
    var isUsable: Bool
    /// Whether the other side is the same for the whole statement.
    var isConstant: Bool
    /// Whether it is one of several values, asked for one after the other.
    var isList: Bool
}

/// One way to the rows that a term of a statement asks for.
struct QueryPlan {
    enum Way: Equatable {
        case scan
        case lookup(Int)
        case between
        /// An index over these columns that is made while the statement runs, once it is worth it.
        case index([Int])
    }

    var way: Way
    /// The constraints whose values are needed, in the order in which the way wants them.
    var terms: [Int] = []
    /// The places of the cells that are read.
    var columns: [Int]
    var estimatedRows: Int
    var cost: Double
    var isOrdered = false
    /// The columns and comparisons of `terms`.
    var constraints: [QueryConstraint] = []
}

/// Chooses the cheapest way. Costs are in rows gone through; a row that is looked up costs about four of them.
struct QueryPlanner {
    let table: TableDeclaration
    let paths: AccessPaths
    /// Of this table, and of those that its columns refer to.
    let estimatedRows: (String) throws -> Int

    func plan(
        _ constraints: [QueryConstraint], order: [(column: Int, isDescending: Bool)], columns: ColumnSet
    ) throws -> QueryPlan {
        let total = max(1, try self.estimatedRows(self.table.name))
        var wanted = columns
        // Rows that several terms lead to are told apart by their keys, whether the statement names these or not.
        if !constraints.isEmpty {
            for index in self.table.primaryKeyIndexes { wanted.insert(index) }
        }
        let places = self.table.columns.indices.filter { wanted.contains($0) }

        var best = QueryPlan(
            way: .scan, columns: places, estimatedRows: self.remaining(total, constraints), cost: Double(total))
        best.isOrdered = self.isOrdered(by: order)
        for candidate in try self.lookups(total, constraints)
            + [self.bounds(total, constraints, order)].compactMap(\.self)
            + [self.index(total, constraints)].compactMap(\.self)
        where candidate.cost < best.cost {
            best = candidate
            best.columns = places
        }
        best.constraints = best.terms.map { constraints[$0] }
        return best
    }

    private func lookups(_ total: Int, _ constraints: [QueryConstraint]) throws -> [QueryPlan] {
        var plans: [QueryPlan] = []
        for (index, names) in self.paths.lookups.enumerated() {
            let terms = names.compactMap { name in
                constraints.firstIndex { term in
                    term.isUsable && term.comparison == .equal && self.table.columns[term.column].name == name
                }
            }
            guard terms.count == names.count else { continue }
            let rows = names == self.table.primaryKey ? 1 : try self.rows(for: names, total)
            plans.append(
                QueryPlan(
                    way: .lookup(index), terms: terms, columns: [], estimatedRows: rows, cost: 4 * Double(rows) + 4))
        }
        return plans
    }

    /// Rows that refer to one other row, where the columns do that; else a guess.
    private func rows(for names: [String], _ total: Int) throws -> Int {
        guard let key = self.table.foreignKeys.first(where: { $0.columns == names }) else {
            return max(1, total / (names.count == 1 ? 50 : 1000))
        }
        return max(1, total / max(1, try self.estimatedRows(key.table)))
    }

    private func bounds(
        _ total: Int, _ constraints: [QueryConstraint], _ order: [(column: Int, isDescending: Bool)]
    ) -> QueryPlan? {
        guard self.paths.isBounded else { return nil }
        let terms = constraints.indices.filter { index in
            let term = constraints[index]
            return term.isUsable && !term.isList && term.comparison != .other
                && self.table.columns[term.column].name == self.paths.order
        }
        if terms.isEmpty { return nil }
        let isExact = terms.contains { constraints[$0].comparison == .equal }
        let rows = isExact ? 1 : max(1, total >> min(8, 2 * terms.count))
        var plan = QueryPlan(
            way: .between, terms: terms, columns: [], estimatedRows: rows, cost: Double(rows) + 4)
        plan.isOrdered = self.isOrdered(by: order)
        return plan
    }

    /// For joins over columns that lead nowhere: without it, they would be quadratic.
    private func index(_ total: Int, _ constraints: [QueryConstraint]) -> QueryPlan? {
        let terms = constraints.indices.filter { index in
            let term = constraints[index]
            return term.isUsable && !term.isList && !term.isConstant && term.comparison == .equal
        }
        if terms.isEmpty { return nil }
        return QueryPlan(
            way: .index(terms.map { constraints[$0].column }), terms: terms, columns: [],
            estimatedRows: max(1, total / 100), cost: 50 + Double(total) / 100)
    }

    /// How many rows the constraints that no way is taken for may leave.
    private func remaining(_ total: Int, _ constraints: [QueryConstraint]) -> Int {
        constraints.filter(\.isUsable).reduce(total) { rows, term in
            switch term.comparison {
            case .equal: max(1, rows / 10)
            case .atLeast, .above, .atMost, .below: max(1, rows / 4)
            case .other: rows
            }
        }
    }

    private func isOrdered(by order: [(column: Int, isDescending: Bool)]) -> Bool {
        // The column's values are distinct: whatever comes behind it in the clause orders nothing any more.
        guard let first = order.first, !first.isDescending else { return false }
        return self.table.columns[first.column].name == self.paths.order
    }
}
