import LedgerEvents
import LedgerImporters

/// How facts come in.
package enum ImportFormat: String, Sendable, CaseIterable {
    /// OTLP/JSON lines: one ExportTraceServiceRequest each, as a collector's file exporter writes.
    case otlp
    /// One command each.
    case commands
    /// A platform's tables in PostgreSQL; a database takes the place of the file.
    case postgres
}

package struct ImportOptions: Sendable {
    /// The organization of every trace, by its slug, whatever the trace says.
    package var organization: String?
    /// Whether the first refusal ends the import. What came before it stands.
    package var isStrict = false
    /// Whether traces that still wait for spans are assembled from what is known.
    package var isAssembling = false
    /// Whether to go on reading a file that somebody writes to, until this returns true. Nil: to its end.
    package var follow: (@Sendable () -> Bool)?
    /// Whether recognized secrets in telemetry are recorded as they are.
    package var keepSecrets = false
    /// Whether commands may set the ledger's clock ahead of the machine's.
    package var isAhead = false
    /// The zone of times that a platform keeps without one: a name, or the distance from UTC. Nil: the database's.
    package var timeZone: String?
    /// How long a platform's database may be silent, unless it is busy, and how long a lock is waited for.
    package var timeoutSeconds = PlatformDatabase.defaultTimeoutSeconds
    package var actor = Principal.system("import")
    /// Commands decided together and appended at once.
    package var batch = 6144

    package init() {}
}

/// What an import did.
package struct ImportReport: Hashable, Sendable {
    package var files = 0
    package var lines = 0
    /// Spans read; 0 for commands.
    package var spans = 0
    /// Log records read.
    package var logRecords = 0
    /// Data points of metrics, which are not kept.
    package var metricPoints = 0
    /// Spans that were known with other contents.
    package var revisedSpans = 0
    /// Secrets that were masked in what this import recorded.
    package var maskedSecrets = 0
    /// What is odd about the model calls that were recorded or corrected.
    package var calls = ImportedCalls()
    /// Traces of the ledger that wait for spans when the import ends.
    package var pendingTraces = 0
    /// Rows of a platform's tables read, each counted once.
    package var rows = 0
    /// Rows that were adopted before and have changed since.
    package var changedRows = 0
    /// Rows that were adopted before and that the platform has no more. What was adopted from them stays.
    package var goneRows: [RequestBatch.Place] = []
    /// Rows that an earlier import found gone and that the platform has again.
    package var returnedRows: [RequestBatch.Place] = []
    /// The zone in which a platform's times without one were read; nil where there were none.
    package var timeZone: String?
    /// How often values of a platform's rows did not come over as they were.
    package var findings: [AdoptionFinding: Int] = [:]
    /// Spans, rows or commands that brought something new.
    package var accepted = 0
    /// Spans, rows or commands that were known already.
    package var unchanged = 0
    /// Lines, spans, rows or commands that were refused.
    package var refused = 0
    package var events = 0
    /// The log's end before and after.
    package var before = Position.start
    package var after = Position.start
    /// Whether a strict import ended early.
    package var endedEarly = false
    package var seconds = 0.0
}

extension ImportReport {
    /// The findings by table, column and reason.
    package var sortedFindings: [(finding: AdoptionFinding, count: Int)] {
        self.findings.map { ($0.key, $0.value) }.sorted {
            ($0.0.table, $0.0.column, $0.0.reason) < ($1.0.table, $1.0.column, $1.0.reason)
        }
    }
}

/// A line or row, or what it asks for, that was not taken.
package struct ImportRefusal: Hashable, Sendable, CustomStringConvertible {
    /// The file, or the database.
    package var file: String
    package var place: RequestBatch.Place
    package var reason: String

    package var description: String {
        switch self.place {
        case .line(let line): "\(self.file):\(line): \(self.reason)"
        case .row(let table, let key): "\(self.file): \(table) \(key): \(self.reason)"
        case .trace(let trace): "trace \(trace): \(self.reason)"
        }
    }
}
