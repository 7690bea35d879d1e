import LedgerDomain
import LedgerEvents
import LedgerImporters

/// Streams files into a ledger: constant memory whatever their size, and importing again changes nothing.
///
/// Reading and parsing happen on a thread of their own while the batch before is decided and appended.
package struct Importer: Sendable {
    package typealias Progress = @Sendable (_ file: String, _ read: LineReader.Progress, _ soFar: ImportReport) -> Void

    let ledger: Ledger
    let options: ImportOptions

    package init(_ ledger: Ledger, options: ImportOptions = ImportOptions()) {
        self.ledger = ledger
        self.options = options
    }

    /// Imports the files in order; `-` is standard input. A refused line goes to `refused` and the rest goes on.
    ///
    /// - Parameter format: nil: guessed from each file's first line.
    /// Throws for a file that cannot be read, and when the ledger cannot be written; what was appended before stands.
    package func run(
        _ files: [String], format: ImportFormat? = nil, progress: Progress? = nil,
        refused: @escaping @Sendable (ImportRefusal) -> Void
    ) async throws -> ImportReport {
        let started = ContinuousClock.now
        let before = try self.ledger.log.head()
        var report = try await Blocking.onOwnThread {
            let run = try ImportRun(self.ledger, self.options, refused)
            do {
                for file in files { try run.read(file, format, progress) }
                try run.finish()
            } catch is ImportRun.Ended {
                run.report.endedEarly = true
            } catch let unreadable as ImportError {
                // What was read before stands.
                try run.finish()
                throw unreadable
            }
            return run.report
        }
        report.files = files.count
        report.before = before
        report.after = try self.ledger.log.head()
        report.events = Int(report.after.value - before.value)
        report.calls = try ImportedCalls(in: self.ledger.log, after: before, through: report.after)
        let elapsed = ContinuousClock.now - started
        report.seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        return report
    }
}
