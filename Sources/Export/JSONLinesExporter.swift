import Relations

/// A directory with one file of JSON lines per table and `manifest.json`.
///
/// One object per row, every column in order, nulls included. Numerics are strings, exact; bytes are Base64; JSON
/// columns stand as JSON.
public struct JSONLinesExporter: Exporter {
    public let directory: String

    public init(directory: String) { self.directory = directory }

    public func export(_ source: some RelationSource, progress: ExportProgress?) throws -> ExportReport {
        try DirectoryExport(path: self.directory, format: .jsonl).export(source, progress)
    }
}
