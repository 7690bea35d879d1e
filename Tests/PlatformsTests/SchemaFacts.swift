import Foundation

/// What a schema must look like, as a person wrote it down from its description: `Tests/Fixtures/documents/*.json`.
/// Where something departs from the description, the facts hold what stands here, with why under `departs`.
struct SchemaFacts: Decodable {
    var schema: String
    /// Words by the name of a type, or by `table.column` where a CHECK says them.
    var enums: [String: [String]]?
    var tables: [Table]

    struct Table: Decodable {
        var name: String
        var primary_key: [String]
        var unique: [Columns]?
        var indexes: [Index]?
        var foreign_keys: [ForeignKey]?
        var checks: [Named]?
        var columns: [Column]
        /// Why the simulated company has no row of it.
        var empty: String?
    }

    struct Column: Decodable {
        var name: String
        var type: String
        var nullable: Bool
        var `default`: String?
        /// What the database computes it from.
        var generated: String?
        var departs: String?
    }

    struct ForeignKey: Decodable {
        var columns: [String]
        var references: String
        var on_delete: String?
    }

    /// `["a", "b"]` or `{"columns": ["a", "b"], "departs": "…"}`.
    struct Columns: Decodable {
        var columns: [String]

        private struct Long: Decodable { var columns: [String] }

        init(from decoder: any Decoder) throws {
            // An array, or else an object.
            self.columns = try (try? [String](from: decoder)) ?? Long(from: decoder).columns
        }
    }

    /// `"name"` or `{"name": "…", "departs": "…"}`.
    struct Named: Decodable {
        var name: String

        private struct Long: Decodable { var name: String }

        init(from decoder: any Decoder) throws {
            // A string, or else an object.
            self.name = try (try? String(from: decoder)) ?? Long(from: decoder).name
        }
    }

    /// `"name"`, or an object that says more: `on` (`"created_at DESC"`), `where`, `using`, `unique`.
    struct Index: Decodable {
        var name: String
        var on: [String]?
        var `where`: String?
        var using: String?
        var unique: Bool?

        private struct Long: Decodable {
            var name: String
            var on: [String]?
            var `where`: String?
            var using: String?
            var unique: Bool?
        }

        init(from decoder: any Decoder) throws {
            // A string, or else an object.
            if let name = try? String(from: decoder) {
                self.name = name
                return
            }
            let long = try Long(from: decoder)
            self.name = long.name
            self.on = long.on
            self.where = long.where
            self.using = long.using
            self.unique = long.unique
        }
    }

    /// The schemas that are written down.
    static let names: [String] = {
        // A missing folder is a missing argument of the tests, which then fail.
        let files = (try? FileManager.default.contentsOfDirectory(atPath: Self.folder)) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }()

    static func read(_ name: String) throws -> SchemaFacts {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/\(name).json"))
        return try JSONDecoder().decode(SchemaFacts.self, from: data)
    }

    private static let folder: String = {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return tests.appendingPathComponent("Fixtures/documents").path
    }()
}
