import LedgerRelations

/// A directory with one CSV file per table and `manifest.json`.
///
/// RFC 4180 with line feeds and a header line; each cell is spelled so that PostgreSQL's `COPY … WITH (FORMAT csv,
/// HEADER)` reads it back: null is nothing, the empty string `""`.
package struct CSVExporter: Exporter {
    package let directory: String

    package init(directory: String) { self.directory = directory }

    package func export(_ source: some RelationSource, progress: ExportProgress?) throws -> ExportReport {
        try DirectoryExport(path: self.directory, format: .csv).export(source, progress)
    }
}
