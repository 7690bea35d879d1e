import EventSourcing
import Import

/// How facts come in.
public enum ImportFormat: String, Sendable, CaseIterable {
    /// OTLP/JSON lines: one ExportTraceServiceRequest each, as a collector's file exporter writes.
    case otlp
    /// One command each.
    case commands
}

public struct ImportOptions: Sendable {
    /// The organization of every trace, by its slug, whatever the trace says.
    public var organization: String?
    /// Whether the first refusal ends the import. What came before it stands.
    public var isStrict = false
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
    /// Spans or commands that brought something new.
    public var accepted = 0
    /// Spans or commands that were known already.
    public var unchanged = 0
    /// Lines, spans or commands that were refused.
    public var refused = 0
    public var events = 0
    /// The log's end before and after.
    public var before = Position.start
    public var after = Position.start
    /// Whether a strict import ended early.
    public var endedEarly = false
    public var seconds = 0.0
}

/// A line, or what a line asks for, that was not taken.
public struct ImportRefusal: Hashable, Sendable, CustomStringConvertible {
    public var file: String
    public var line: Int
    public var reason: String

    public var description: String { "\(self.file):\(self.line): \(self.reason)" }
}
