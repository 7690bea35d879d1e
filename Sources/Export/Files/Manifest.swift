import Foundation
import LedgerRelations

/// `manifest.json` of a directory export: whose rows, up to where, and what each file holds.
struct Manifest: Codable, Equatable {
    static let name = "manifest.json"

    struct File: Codable, Equatable {
        var file: String
        var table: String
        var rows: Int
        var bytes: Int
        /// Hexadecimal.
        var sha256: String
    }

    var format: String
    var ledgerID: String
    var schema: String
    var schemaVersion: Int
    /// The first and last position of the log that the rows were folded from.
    var fromPosition: UInt64
    var toPosition: UInt64
    var files: [File]

    enum CodingKeys: String, CodingKey {
        case format
        case ledgerID = "ledger_id"
        case schema
        case schemaVersion = "schema_version"
        case fromPosition = "from_position"
        case toPosition = "to_position"
        case files
    }
}

extension Manifest {
    var bookmark: Bookmark {
        Bookmark(
            ledgerID: self.ledgerID, schema: self.schema, schemaVersion: self.schemaVersion, position: self.toPosition)
    }

    init(at path: String) throws {
        do {
            self = try JSONDecoder().decode(Manifest.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw ExportError(
                .notOurs, "\(path) is not a manifest of ours: choose an empty or new directory", cause: error)
        }
    }

    /// The file's text: keys in a fixed order, one line per file.
    var encoded: String {
        var text = """
            {
              "format": \(Self.json(self.format)),
              "ledger_id": \(Self.json(self.ledgerID)),
              "schema": \(Self.json(self.schema)),
              "schema_version": \(self.schemaVersion),
              "from_position": \(self.fromPosition),
              "to_position": \(self.toPosition),
              "files": [
            """
        for (index, file) in self.files.enumerated() {
            text += index == 0 ? "\n" : ",\n"
            text +=
                "    {\"file\": \(Self.json(file.file)), \"table\": \(Self.json(file.table)), \"rows\": \(file.rows), "
            text += "\"bytes\": \(file.bytes), \"sha256\": \(Self.json(file.sha256))}"
        }
        return text + "\n  ]\n}\n"
    }

    private static func json(_ text: String) -> String {
        var encoder = CellEncoder(capacity: 64)
        encoder.appendJSON(string: text)
        return encoder.buffer.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}
