import LedgerDomain
import LedgerEvents
import LedgerExporters
import LedgerViews

/// What was read out of a ledger leaves no trace in it, unless somebody asks for one.
extension Ledger {
    /// Puts a replay on record.
    package func record(_ report: ReplayReport, actor: Principal, source: EventSource? = nil) async throws -> Outcome {
        var replay = LedgerReplay()
        replay.id = LedgerReplayID(bits: self.makeID())
        replay.position = report.position
        replay.digest = Views.summary(of: report.rebuilt)
        replay.liveDigest = report.live.map(Views.summary)
        replay.differences = report.differences
        replay.durationMilliseconds = Int(report.seconds * 1000)
        return try await self.record(.replay(.record(replay)), actor, source)
    }

    /// Puts an export on record.
    package func record(
        _ report: ExportReport, schema: String, actor: Principal, source: EventSource? = nil
    ) async throws -> Outcome {
        var export = LedgerExport()
        export.id = LedgerExportID(bits: self.makeID())
        export.schema = schema
        export.target = report.target
        export.fromPosition = Position(report.fromPosition)
        export.toPosition = Position(report.toPosition)
        export.tables = report.tables.count
        export.rows = report.tables.reduce(0) { $0 + $1.rows + $1.removed }
        export.durationMilliseconds = Int(report.seconds * 1000)
        return try await self.record(.export(.record(export)), actor, source)
    }

    private func record(
        _ command: DomainCommand, _ actor: Principal, _ source: EventSource?
    ) async throws -> Outcome {
        var request = CommandRequest(command, actor: actor, occurredAt: self.now())
        request.source = source
        return try await self.execute(request)
    }
}
