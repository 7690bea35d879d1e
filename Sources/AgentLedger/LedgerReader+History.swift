import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

/// What made each fact so, and when: versions of rows, the events that set their fields, differences between moments.
///
///     let reader = try LedgerReader(at: "./ledger")
///     try reader.history(of: "workflow_execution", id: run) { print($0.from.type, $0.from.position) }
///     let blame = try reader.blame("workflow_execution", id: run)
///     try reader.diff(from: .position(Position(100)), to: .end) { print($0.kind, $0.thing, $0.fields.map(\.column.name)) }
extension LedgerReader {
    /// Hands over every version of the row of one thing up to a moment, oldest first; none where there is no such thing.
    ///
    /// Versions are half-open and follow each other without a gap: one ends with the event that begins the next. The
    /// cost is that of the events that carry the thing's tag; of all in its organization for organizations and workflows.
    /// - Parameter kind: one of `LedgerSnapshot.kinds`.
    package func history(
        of kind: String, id: UInt128, part: [SQLValue] = [], at moment: Moment = .end,
        _ body: (RowVersion) throws -> Void
    ) throws {
        try self.history(at: moment).versions(of: kind, id: RowID(id, part: part), body)
    }

    /// The row of one thing as of a moment, with the event that set each field last; nil when there is no such thing (yet).
    package func blame(
        _ kind: String, id: UInt128, part: [SQLValue] = [], at moment: Moment = .end
    ) throws -> RowBlame? {
        try self.history(at: moment).blame(kind, id: RowID(id, part: part))
    }

    /// What became of one thing from one moment to another; nil when its row is as it was.
    package func diff(
        _ kind: String, id: UInt128, part: [SQLValue] = [], from: Moment, to: Moment = .end
    ) throws -> RowDifference? {
        try self.history(at: to).difference(of: kind, id: RowID(id, part: part), since: self.start(from, before: to))
    }

    /// Hands over what became of each thing from one moment to another, table by table: those of one kind, or all.
    /// Holds one at a time.
    package func diff(
        of kind: String? = nil, from: Moment, to: Moment = .end, progress: Views.Progress? = nil,
        _ body: (RowDifference) throws -> Void
    ) throws {
        try self.history(at: to, progress: progress).differences(
            of: kind, since: self.start(from, before: to), body)
    }

    /// Every version of every row up to a moment, for exporters: the schema `ledger_history`.
    package func versions(at moment: Moment = .end, progress: Views.Progress? = nil) throws -> VersionSource {
        try VersionSource(self.history(at: moment, progress: progress))
    }

    private func start(_ from: Moment, before to: Moment) throws -> Position {
        let (start, end) = (try self.position(of: from), try self.position(of: to))
        guard start <= end else {
            throw LedgerError(
                .notFound, "position \(start) lies behind position \(end): ask from the earlier to the later moment")
        }
        return start
    }

    private func history(at moment: Moment, progress: Views.Progress? = nil) throws -> LedgerHistory {
        LedgerHistory(of: self.log, through: try self.position(of: moment)) { position in
            try self.scratchViews(to: position, progress)
        } makeSnapshot: { position in
            try self.snapshot(at: .position(position), progress: progress)
        } makeRecords: {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            return try ScratchRecords(path: folder.path)
        }
    }

    /// Views for the caller alone, to be changed and thrown away.
    func scratchViews(to position: Position, _ progress: Views.Progress?) throws -> KeptViews {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let views = try KeptViews(path: folder.path, log: self.log, origin: self.origin, isDisposable: true)
        try views.catchUp(to: position, progress: progress)
        return views
    }
}
