import AgentLedger
import Foundation
import LedgerDomain
import LedgerImporters
import LedgerPlatforms
import LedgerTables
import Testing

/// A new ledger for telemetry, imported in parts.
struct TelemetryLedger {
    let scratch: Scratch
    let path: String

    init() throws {
        self.scratch = try Scratch()
        self.path = self.scratch.file("ledger")
        _ = try Ledger.create(at: self.path)
    }

    /// Imports lines as a file and a process of their own would.
    @discardableResult
    func take(
        _ lines: [String], assembling: Bool = false, refused: @escaping @Sendable (ImportRefusal) -> Void = { _ in }
    ) async throws -> ImportReport {
        let file = try self.scratch.write(lines.map { $0 + "\n" }.joined(), to: "in.jsonl")
        return try await self.take(file, assembling: assembling, refused: refused)
    }

    @discardableResult
    func take(
        _ file: String, assembling: Bool = false, refused: @escaping @Sendable (ImportRefusal) -> Void = { _ in }
    ) async throws -> ImportReport {
        var options = ImportOptions()
        options.isAssembling = assembling
        let ledger = try Ledger.open(at: self.path)
        let report = try await Importer(ledger, options: options).run([file], refused: refused)
        try await ledger.catchUp()
        return report
    }

    func rows(_ sql: String, at moment: Moment = .end) throws -> [[String]] {
        try AgentLedgerTests.rows(sql, of: self.path, at: moment)
    }

    /// What is said of the audit trail and of time of recording, which may differ.
    private static let excluded: Set = ["audit_logs", "pending_traces", "policies", "clocks"]
    private static let unequalColumns: Set = ["refused_at"]

    /// All rows of all tables of all schemas that depend on the set of spans alone, sorted: `schema.table: cells`.
    func tables() throws -> [String] {
        var found: [String] = []
        let snapshot = try LedgerReader(at: self.path).snapshot()
        for source in Projections.all.map({ snapshot.projected(as: $0) }) {
            for table in source.schema.tables where !Self.excluded.contains(table.name) {
                let columns = table.columns.enumerated().filter { _, column in
                    column.unit != "log position" && !Self.unequalColumns.contains(column.name)
                }
                // Usage that was taken back is part of the audit trail.
                let voided = table.columns.firstIndex { $0.name == "voided_at" }
                try source.rows(of: table, changedAfter: nil) { row in
                    if let voided, row[voided] != .null { return }
                    let cells = columns.map { "\($0.element.name)=\(row[$0.offset])" }
                    found.append("\(source.schema.name).\(table.name): " + cells.joined(separator: " | "))
                }
            }
        }
        return found.sorted()
    }

    /// That all views can be folded anew from the log, and that the log is sound.
    func expectSound(_ comment: Comment) throws {
        let reader = try LedgerReader(at: self.path)
        let report = try reader.replay()
        #expect(report.differences == [], comment)
    }
}

/// Shows rows that only one of two ledgers has: of those that are in both, by their first cells, the cells that differ.
func difference(_ a: [String], _ b: [String]) -> String {
    let (onlyA, onlyB) = (Set(a).subtracting(b).sorted(), Set(b).subtracting(a).sorted())
    func cells(_ row: String) -> [Substring] { row.split(separator: " | ") }
    var lines: [String] = []
    for row in onlyA.prefix(6) {
        let mine = cells(row)
        guard let other = onlyB.map(cells).first(where: { $0.first == mine.first }) else {
            lines.append("- \(row)")
            continue
        }
        let differing = zip(mine, other).filter { $0 != $1 }.map { "\($0), not \($1)" }
        lines.append("\(mine[0]): " + differing.joined(separator: "; "))
    }
    let known = Set(onlyA.map { cells($0).first })
    return (lines + onlyB.filter { !known.contains(cells($0).first) }.prefix(3).map { "+ \($0)" }).joined(
        separator: "\n")
}

/// The recorded set-ups of real frameworks.
enum Setups {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Fixtures/otel").standardized.path

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: Self.folder)) ?? []
        return files.filter { $0.hasSuffix(".otlp.jsonl.gz") && !$0.hasPrefix("tau2") }
            .map { String($0.dropLast(".otlp.jsonl.gz".count)) }.sorted()
    }()

    /// The lines of a set-up's file, at most so many.
    static func lines(_ name: String, most: Int = .max) throws -> [String] {
        var lines: [String] = []
        try LineReader(path: "\(Self.folder)/\(name).otlp.jsonl.gz").forEachLine { _, line, _ in
            if lines.count < most { lines.append(String(decoding: line, as: UTF8.self)) }
        }
        return lines
    }

    /// A line for each span, with its resource and scope; lines without spans as they are.
    static func pieces(of lines: [String]) throws -> [String] {
        var spans: [String] = []
        for line in lines {
            let request = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            if request["resourceSpans"] == nil { spans.append(line) }
            for var resource in request["resourceSpans"] as? [[String: Any]] ?? [] {
                for var scope in resource["scopeSpans"] as? [[String: Any]] ?? [] {
                    for span in scope["spans"] as? [[String: Any]] ?? [] {
                        scope["spans"] = [span]
                        resource["scopeSpans"] = [scope]
                        let one = try JSONSerialization.data(
                            withJSONObject: ["resourceSpans": [resource]], options: [.sortedKeys])
                        spans.append(String(decoding: one, as: UTF8.self))
                    }
                }
            }
        }
        return spans
    }
}
