import LedgerEvents
import LedgerExporters
import LedgerLog
import LedgerTables
import LedgerViews

extension LedgerReader {
    /// The event at which a condition became true, behind `from` and up to `to`, by binary search.
    ///
    /// The condition is an SQL expression over the tables of a schema, or a SELECT whose first value counts. It has to be
    /// false at `from` and true at `to`, and to become true once in between: where it changes more often, one of the
    /// events at which it became true is found, and `changes(of:from:to:)` tells all. Asks the tables as they stood at
    /// some 20 positions of a million.
    ///
    /// Throws `LedgerError` with code `.unchanged` where the ends are not so, and `QueryError` if the
    /// text is not a condition.
    package func bisect(
        _ condition: String, of schema: Projection = LedgerSchema.projection, from: Moment = .position(.start),
        to: Moment = .end, progress: Views.Progress? = nil
    ) throws -> ConditionChange {
        var (low, high) = try self.range(from, to)
        func isTrue(at position: Position) throws -> Bool {
            let snapshot = try self.snapshot(at: .position(position), progress: progress).projected(as: schema)
            return try SQLiteCondition(condition, over: snapshot).isTrue(in: snapshot)
        }
        guard try !isTrue(at: low) else {
            throw LedgerError(
                .unchanged,
                "the condition is true at position \(low) already; begin earlier, or ask for every change behind it")
        }
        guard try isTrue(at: high) else {
            throw LedgerError(
                .unchanged,
                "the condition is false at position \(low) and at position \(high); it may have been true in between: "
                    + "ask for every change, or end elsewhere")
        }
        while low.next < high {
            let middle = Position(low.value + (high.value - low.value) / 2)
            if try isTrue(at: middle) { high = middle } else { low = middle }
        }
        return try self.change(at: high, progress)
    }

    /// Hands over each event behind `from` and up to `to` at which a condition changed its answer, in order.
    ///
    /// Goes through the log once, one event after the other, and asks anew behind those that may have changed a table
    /// which the condition reads; see `bisect` for conditions and for what is thrown. The rows that are handed over are
    /// those of the `ledger` schema.
    package func changes(
        of condition: String, over schema: Projection = LedgerSchema.projection, from: Moment = .position(.start),
        to: Moment = .end, progress: Views.Progress? = nil, _ body: (ConditionChange) throws -> Void
    ) throws {
        let (low, high) = try self.range(from, to)
        let views = try self.scratchViews(to: low, progress)
        func snapshot() -> LedgerSnapshot { LedgerSnapshot(views: views, log: self.log, origin: self.origin) }
        func tables() -> LedgerSnapshot { snapshot().projected(as: schema) }
        let question = try SQLiteCondition(condition, over: tables())
        let read = question.tables
        var wasTrue = try question.isTrue(in: tables())
        var before: [TableRow?] = []
        try views.walk(to: high) { step in
            if step.envelope.position.value % 4096 == 0 { progress?(step.envelope.position, high) }
            guard step.mayChange(read, of: schema) else { return false }
            try step.settleBefore()
            before = try snapshot().rows(of: step.tags)
            return true
        } after: { step in
            let isTrue = try question.isTrue(in: tables())
            guard isTrue != wasTrue else { return }
            wasTrue = isTrue
            let rows = RowChange.changes(of: step.tags, from: before, to: try snapshot().rows(of: step.tags))
            try body(ConditionChange(envelope: step.envelope, tags: step.tags, isTrue: isTrue, rows: rows))
        }
    }

    /// The event at a position at which a condition became true.
    private func change(at position: Position, _ progress: Views.Progress?) throws -> ConditionChange {
        var change: ConditionChange?
        try self.log.event(at: position) { stored in
            change = ConditionChange(
                envelope: try stored.envelope(), tags: try stored.tags(), isTrue: true, rows: [])
        }
        guard var change else { preconditionFailure("the log holds position \(position), which was just asked about") }
        let earlier = Moment.position(Position(position.value - 1))
        let before = try self.snapshot(at: earlier, progress: progress).rows(of: change.tags)
        let after = try self.snapshot(at: .position(position), progress: progress).rows(of: change.tags)
        change.rows = RowChange.changes(of: change.tags, from: before, to: after)
        return change
    }

    private func range(_ from: Moment, _ to: Moment) throws -> (low: Position, high: Position) {
        let (low, high) = (try self.position(of: from), try self.position(of: to))
        guard low < high else {
            throw LedgerError(.unchanged, "there is no event behind position \(low) and up to position \(high)")
        }
        return (low, high)
    }
}
