import LedgerRelations

/// A directory with one file of JSON lines per table and `manifest.json`.
///
/// One object per row, every column in order, nulls included. Numerics are strings, exact; bytes are Base64; JSON
/// columns stand as JSON.
package struct JSONLinesExporter: Exporter {
    package let directory: String

    package init(directory: String) { self.directory = directory }

    package func export(_ source: some RelationSource, progress: ExportProgress?) throws -> ExportReport {
        try DirectoryExport(path: self.directory, format: .jsonl).export(source, progress)
    }
}
