import AgentLedger
import LedgerPlatforms
import LedgerRelations
import Testing

/// Attempts to take rows over by every column, and to refer to rows that the writer does not see.
extension RowSecurityMatrix {
    static let tenants = Self.actors.filter { $0 != "service" }

    /// Every tenant sets every column of a row to another value. Only the columns that are named may change, and only
    /// where the organization keeps the row.
    /// - Parameter writable: the columns of each table that somebody may change.
    func checkColumns(_ cases: [Case], writable: [String: Set<String>]) throws {
        let schema = try #require(Projections.named(self.schema)).schema
        var attempts: [(actor: String, statement: String)] = []
        for it in cases {
            let table = try #require(schema.table(it.table))
            for column in table.columns where !(writable[it.table]?.contains(column.name) ?? false) {
                let statement =
                    "UPDATE \(self.schema).\(it.table) SET \(column.name) = \(Self.another(column, of: table)) "
                    + "WHERE \(it.row) AND set_config('agentledger.exporting', 'on', true) = 'on'"
                for actor in Self.tenants { attempts.append((actor, statement)) }
            }
        }
        for grantingAll in [false, true] {
            let outcomes = try self.attempt(attempts, grantingAll: grantingAll)
            try #require(outcomes.count == attempts.count)
            for (attempt, outcome) in zip(attempts, outcomes) where !["refused", "0"].contains(outcome) {
                Issue.record("\(attempt.actor), all granted \(grantingAll): \(attempt.statement): \(outcome)")
            }
        }
    }

    private static func another(_ column: ColumnDeclaration, of table: TableDeclaration) -> String {
        switch column.type {
        case .uuid: return "'\(Self.id(2))'"
        case .text, .varchar, .char, .enumeration:
            return column.name.hasPrefix("organization_slug") ? "'two'" : "coalesce(\(column.name), '') || '2'"
        case .boolean: return "NOT coalesce(\(column.name), false)"
        case .integer, .bigint, .double, .numeric: return "coalesce(\(column.name), 0) + 1"
        case .timestamptz: return "'1999-01-01'"
        case .date: return "'1999-01-01'"
        case .jsonb: return "'{\"taken\":true}'"
        case .bytea: return "'\\x00'"
        case .textArray: return "ARRAY['two']"
        }
    }

    /// Every tenant inserts rows with each reference at a row that belongs to others, and at none. Both are refused alike,
    /// so that nothing shows what others have.
    /// - Parameters:
    ///   - foreign: the key of a row that no actor but the stranger sees, by table.
    ///   - exceptions: references, as `table.column`, that may name anything.
    func checkReferences(_ cases: [Case], foreign: [String: String], except exceptions: Set<String> = []) throws {
        let schema = try #require(Projections.named(self.schema)).schema
        var attempts: [(actor: String, statement: String)] = []
        for it in cases {
            let table = try #require(schema.table(it.table))
            for key in table.foreignKeys where key.columns.allSatisfy({ table.column($0) != nil }) {
                let column = key.columns[0]
                if exceptions.contains("\(it.table).\(column)") { continue }
                let type = try #require(table.column(column)).type
                let missing = type == .uuid ? "'\(Self.id(999))'" : "'not there'"
                for value in [try #require(foreign[key.table], "\(key.table)"), missing] {
                    let statement = "INSERT INTO \(self.schema).\(it.table) \(Self.insert(it.insert, column, value))"
                    for actor in Self.tenants where actor != "stranger" { attempts.append((actor, statement)) }
                }
            }
        }
        for grantingAll in [false, true] {
            for (attempt, outcome) in zip(attempts, try self.attempt(attempts, grantingAll: grantingAll))
            where outcome != "refused" {
                Issue.record("\(attempt.actor), all granted \(grantingAll): \(attempt.statement): \(outcome)")
            }
        }
    }

    /// `(columns) VALUES (values)` with one column set to another value.
    private static func insert(_ text: String, _ column: String, _ value: String) -> String {
        let halves = text.split(separator: " VALUES ", maxSplits: 1).map { $0.dropFirst().dropLast() }
        var columns = Self.parts(halves[0])
        var values = Self.parts(halves[1])
        if let place = columns.firstIndex(of: column) {
            values[place] = value
        } else {
            columns.append(column)
            values.append(value)
        }
        return "(\(columns.joined(separator: ", "))) VALUES (\(values.joined(separator: ", ")))"
    }

    /// What commas separate outside of brackets and quotes.
    private static func parts(_ list: Substring) -> [String] {
        var parts = [""]
        var (depth, isQuoted) = (0, false)
        for character in list {
            if character == "'" { isQuoted.toggle() }
            if !isQuoted, "([".contains(character) { depth += 1 }
            if !isQuoted, ")]".contains(character) { depth -= 1 }
            if character == ",", depth == 0, !isQuoted {
                parts.append("")
            } else if character != " " || !parts[parts.count - 1].isEmpty {
                parts[parts.count - 1].append(character)
            }
        }
        return parts
    }
}
