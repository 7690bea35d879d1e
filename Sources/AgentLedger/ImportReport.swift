import EventSourcing
import Import

/// How facts come in.
public enum ImportFormat: String, Sendable, CaseIterable {
    /// OTLP/JSON lines: one ExportTraceServiceRequest each, as a collector's file exporter writes.
    case otlp
    /// One command each.
    case commands
    /// A platform's tables in PostgreSQL; a database takes the place of the file.
    case postgres
}

public struct ImportOptions: Sendable {
    /// The organization of every trace, by its slug, whatever the trace says.
    public var organization: String?
    /// Whether the first refusal ends the import. What came before it stands.
    public var isStrict = false
    /// Whether traces that still wait for spans are assembled from what is known.
    public var isAssembling = false
    /// Whether to go on reading a file that somebody writes to, until this returns true. Nil: to its end.
    public var follow: (@Sendable () -> Bool)?
    /// Whether recognized secrets in telemetry are recorded as they are.
    public var keepSecrets = false
    /// Whether commands may set the ledger's clock ahead of the machine's.
    public var isAhead = false
    /// The zone of times that a platform keeps without one: a name, or the distance from UTC. Nil: the database's.
    public var timeZone: String?
    /// How long a platform's database may be silent, unless it is busy, and how long a lock is waited for.
    public var timeoutSeconds = PlatformDatabase.defaultTimeoutSeconds
    public var actor = Actor.system("import")
    /// Commands decided together and appended at once.
    public var batch = 6144

    public init() {}
}

/// What an import did.
public struct ImportReport: Hashable, Sendable {
    public var files = 0
    public var lines = 0
    /// Spans read; 0 for commands.
    public var spans = 0
    /// Log records read.
    public var logRecords = 0
    /// Data points of metrics, which are not kept.
    public var metricPoints = 0
    /// Spans that were known with other contents.
    public var revisedSpans = 0
    /// Secrets that were masked in what this import recorded.
    public var maskedSecrets = 0
    /// What is odd about the model calls that were recorded or corrected.
    public var calls = ImportedCalls()
    /// Traces of the ledger that wait for spans when the import ends.
    public var pendingTraces = 0
    /// Rows of a platform's tables read, each counted once.
    public var rows = 0
    /// Rows that were adopted before and have changed since.
    public var changedRows = 0
    /// Rows that were adopted before and that the platform has no more. What was adopted from them stays.
    public var goneRows: [RequestBatch.Place] = []
    /// The zone in which a platform's times without one were read; nil where there were none.
    public var timeZone: String?
    /// How often values of a platform's rows did not come over as they were.
    public var findings: [AdoptionFinding: Int] = [:]
    /// Spans, rows or commands that brought something new.
    public var accepted = 0
    /// Spans, rows or commands that were known already.
    public var unchanged = 0
    /// Lines, spans, rows or commands that were refused.
    public var refused = 0
    public var events = 0
    /// The log's end before and after.
    public var before = Position.start
    public var after = Position.start
    /// Whether a strict import ended early.
    public var endedEarly = false
    public var seconds = 0.0
}

extension ImportReport {
    /// The findings by table, column and reason.
    public var sortedFindings: [(finding: AdoptionFinding, count: Int)] {
        self.findings.map { ($0.key, $0.value) }.sorted {
            ($0.0.table, $0.0.column, $0.0.reason) < ($1.0.table, $1.0.column, $1.0.reason)
        }
    }
}

/// A line or row, or what it asks for, that was not taken.
public struct ImportRefusal: Hashable, Sendable, CustomStringConvertible {
    /// The file, or the database.
    public var file: String
    public var place: RequestBatch.Place
    public var reason: String

    public var description: String {
        switch self.place {
        case .line(let line): "\(self.file):\(line): \(self.reason)"
        case .row(let table, let key): "\(self.file): \(table) \(key): \(self.reason)"
        case .trace(let trace): "trace \(trace): \(self.reason)"
        }
    }
}
