import AgentLedger
import LedgerDomain
import LedgerEvents
import LedgerExporters
import LedgerImporters
import LedgerLog
import LedgerPostgres
import LedgerTelemetry
import LedgerViews
import Testing

@Suite("Codes of failures")
struct FailureCodeTests {
    /// All codes of one type, with their categories. A published code stays: change this list by adding to it.
    private static let types: [(name: String, codes: [String: FailureCategory])] = [
        (
            "EventLogError",
            [
                "condition_failed": .conflict, "idempotency_conflict": .conflict, "too_large": .caller,
                "invalid": .caller, "not_found": .notFound, "already_exists": .conflict, "newer_format": .environment,
                "corrupted": .damage, "disk_full": .environment, "implausible_clock": .environment,
                "read_only": .environment, "io": .environment,
            ]
        ),
        (
            "LedgerError",
            [
                "ambiguous": .caller, "contention": .conflict, "denial": .environment, "not_empty": .conflict,
                "not_found": .notFound, "prices": .caller, "read_only": .environment, "simulation": .conflict,
                "temporary_folder": .environment, "unchanged": .caller, "unsettled": .conflict,
            ]
        ),
        (
            "ViewsError",
            [
                "damaged": .damage, "unknown_event": .environment, "unwritable": .environment,
                "unreadable_event": .damage, "not_found": .notFound, "not_permitted": .environment,
                "disk_full": .environment, "io": .environment,
            ]
        ),
        (
            "ExportError",
            [
                "cannot_write": .environment, "cannot_connect": .environment, "not_ours": .conflict,
                "foreign_ledger": .conflict, "foreign_schema": .conflict, "unsuitable_schema": .caller,
                "newer_schema": .conflict, "older_schema": .conflict, "altered_by_hand": .conflict,
                "target_ahead": .conflict, "refused_by_database": .environment, "connection_lost": .environment,
                "locked": .conflict,
            ]
        ),
        (
            "QueryError",
            [
                "not_one_statement": .caller, "not_a_query": .caller, "refused_by_database": .caller,
                "not_prepared": .environment,
            ]
        ),
        (
            "ImportError",
            [
                "missing": .notFound, "not_permitted": .environment, "not_a_file": .caller, "unreadable": .environment,
                "truncated": .damage, "damaged": .damage, "line_too_long": .caller, "invalid_line": .caller,
                "foreign": .caller, "invalid_address": .caller, "rows_hidden": .environment, "database": .environment,
            ]
        ),
        (
            "OTLPError",
            [
                "invalid_protobuf": .caller, "signal_is_traces": .caller, "signal_is_logs": .caller,
                "signal_is_metrics": .caller,
            ]
        ),
        (
            "PostgresError",
            [
                "cannot_connect": .environment, "connection_lost": .environment, "locked": .conflict,
                "refused": .environment,
            ]
        ),
        (
            "Rejection",
            [
                "not_found": .notFound, "already_exists": .conflict, "not_unique": .conflict,
                "invalid_transition": .conflict, "invalid_value": .caller, "rule_broken": .conflict,
                "not_authorized": .unauthorized,
            ]
        ),
    ]

    private static func codes<Code: FailureCode>(_: Code.Type) -> [(String, FailureCategory)] {
        Code.allCases.map { ($0.name, $0.category) }
    }

    private static let found: [String: [(String, FailureCategory)]] = [
        "EventLogError": codes(EventLogError.Code.self), "LedgerError": codes(LedgerError.Code.self),
        "ViewsError": codes(ViewsError.Code.self), "ExportError": codes(ExportError.Code.self),
        "QueryError": codes(QueryError.Code.self),
        "ImportError": codes(ImportError.Code.self), "OTLPError": codes(OTLPError.Code.self),
        "PostgresError": codes(PostgresError.Code.self),
        "Rejection": Rejection.Reason.allCases.map {
            let rejection = Rejection($0, "no")
            return (rejection.code, rejection.category)
        },
    ]

    @Test("every code of a failure is in snake case, unique within its type, and keeps its category")
    func codes() throws {
        for (type, expected) in Self.types {
            let found = try #require(Self.found[type])
            #expect(found.allSatisfy { $0.0.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil }, "\(type): \(found)")
            #expect(Set(found.map(\.0)).count == found.count, "\(type): \(found)")
            #expect(Dictionary(found) { first, _ in first } == expected, "\(type)")
        }
        #expect(Set(Self.found.keys) == Set(Self.types.map(\.name)))
    }

    @Test("a failure with one code has a category and a code in snake case")
    func single() throws {
        let json = #expect(throws: JSONError.self) { try JSONText(parsing: "{") }
        let command = #expect(throws: CommandError.self) { try Self.command(#"{"command":"a.b","command":"a.b"}"#) }
        let failures: [(any LedgerFailure)?] = [json, FieldError("is no number"), command]
        #expect(failures.map(\.?.code) == ["invalid_json", "invalid_field", "invalid_command"])
        #expect(failures.allSatisfy { $0?.category == .caller && $0?.message.isEmpty == false })
    }

    private static func command(_ text: String) throws {
        let bytes = Array(text.utf8)
        _ = try bytes.withUnsafeBytes {
            try CommandReader(defaultActor: .system("test")).read($0, now: .zero, newID: 0)
        }
    }

    @Test("a failure prints its message and its remedy: as a clause, or as a sentence after a sentence")
    func sentence() {
        let clause = EventLogError(.io, "reading a", remedy: "check the device")
        #expect(clause.description == "reading a; check the device")
        #expect(EventLogError(.io, "Reading a.", remedy: "Check it.").description == "Reading a. Check it.")
        #expect(EventLogError(.io, "reading a").description == "reading a")
    }
}
