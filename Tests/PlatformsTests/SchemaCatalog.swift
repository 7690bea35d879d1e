import Foundation
import Servers

/// What a schema looks like in a database, by PostgreSQL's own catalogue.
struct SchemaCatalog: Decodable {
    var tables: [Table]
    var enums: [String: [String]]

    struct Table: Decodable {
        var name: String
        var columns: [Column]
        var primary_key: [String]
        var unique: [[String]]
        var checks: [Check]
        var foreign_keys: [ForeignKey]
        var indexes: [Index]
    }

    struct Column: Decodable {
        var name: String
        var type: String
        var nullable: Bool
        var `default`: String?
        var is_generated: Bool
    }

    struct Check: Decodable {
        var name: String
        var definition: String
    }

    struct ForeignKey: Decodable {
        var columns: [String]
        var references: String
        var on_delete: String
    }

    struct Index: Decodable {
        var name: String
        /// `created_at DESC`, in the order of the index.
        var on: [String]
        var `where`: String?
        var using: String
        var unique: Bool
    }

    init(of schema: String, in conninfo: String) throws {
        let answer = try TemporaryPostgres.ask(conninfo, Self.question.replacing(":schema", with: "'\(schema)'"))
        self = try JSONDecoder().decode(SchemaCatalog.self, from: Data(answer.utf8))
    }

    private static let names = """
        (SELECT coalesce(json_agg(a.attname ORDER BY k.place), '[]') FROM unnest(con.conkey) WITH ORDINALITY k(number, place)
            JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.number)
        """

    /// Partitions are pieces of their tables, and the exporter's bookkeeping is no part of the schema.
    private static let question = """
        SELECT json_build_object(
          'enums', (SELECT coalesce(json_object_agg(t.typname, (
              SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)), '{}')
            FROM pg_type t WHERE t.typtype = 'e' AND t.typnamespace = :schema::regnamespace),
          'tables', (SELECT coalesce(json_agg(json_build_object(
            'name', c.relname,
            'columns', (SELECT json_agg(json_build_object(
                'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'nullable', NOT a.attnotnull,
                'default', pg_get_expr(d.adbin, d.adrelid), 'is_generated', a.attgenerated <> '') ORDER BY a.attnum)
              FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
            'primary_key', coalesce((SELECT \(Self.names) FROM pg_constraint con
              WHERE con.conrelid = c.oid AND con.contype = 'p'), '[]'),
            'unique', (SELECT coalesce(json_agg(\(Self.names)), '[]') FROM pg_constraint con
              WHERE con.conrelid = c.oid AND con.contype = 'u'),
            'checks', (SELECT coalesce(json_agg(json_build_object(
                'name', con.conname, 'definition', pg_get_constraintdef(con.oid))), '[]')
              FROM pg_constraint con WHERE con.conrelid = c.oid AND con.contype = 'c'),
            'foreign_keys', (SELECT coalesce(json_agg(json_build_object(
                'columns', \(Self.names), 'references', (SELECT relname FROM pg_class WHERE oid = con.confrelid),
                'on_delete', CASE con.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL'
                  WHEN 'r' THEN 'RESTRICT' WHEN 'd' THEN 'SET DEFAULT' ELSE 'NO ACTION' END)), '[]')
              FROM pg_constraint con WHERE con.conrelid = c.oid AND con.contype = 'f' AND con.conparentid = 0),
            'indexes', (SELECT coalesce(json_agg(json_build_object(
                'name', ic.relname, 'unique', i.indisunique, 'using', am.amname,
                'where', pg_get_expr(i.indpred, i.indrelid),
                'on', (SELECT json_agg(pg_get_indexdef(i.indexrelid, k, true)
                    || CASE WHEN i.indoption[k - 1] & 1 = 1 THEN ' DESC' ELSE '' END ORDER BY k)
                  FROM generate_series(1, i.indnkeyatts) k))), '[]')
              FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_am am ON am.oid = ic.relam
              WHERE i.indrelid = c.oid
                AND NOT EXISTS (SELECT FROM pg_constraint con WHERE con.conindid = i.indexrelid AND con.contype IN ('p', 'u'))
            )) ORDER BY c.relname), '[]')
            FROM pg_class c WHERE c.relnamespace = :schema::regnamespace AND c.relkind IN ('r', 'p')
              AND NOT c.relispartition AND c.relname NOT LIKE 'agentledger\\_%'))
        """
}
