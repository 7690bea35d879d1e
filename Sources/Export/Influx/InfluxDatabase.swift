import Foundation
import LedgerRelations

/// One database of an InfluxDB 1.x server, by its HTTP interface.
final class InfluxDatabase {
    /// The database's address, without a password.
    let target: String
    private let address: InfluxAddress
    private let client: HTTPClient

    init(_ address: InfluxAddress, timeoutSeconds: Int) {
        self.target = address.description
        self.address = address
        self.client = HTTPClient(user: address.user, password: address.password, timeoutSeconds: timeoutSeconds)
    }

    /// Makes the database, where there is none.
    func create() throws(ExportError) {
        // InfluxQL quotes names as it quotes nothing else: backslashes escape in them.
        let name = self.address.database.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        _ = try self.ask("CREATE DATABASE \"\(name)\"")
    }

    /// What the database holds of a schema; nil where there is no bookmark, or no database.
    func bookmark(of schema: Schema) throws(ExportError) -> Bookmark? {
        let question =
            "SELECT ledger_id, position, schema_version FROM \(PointBookmark.measurement) "
            + "WHERE \"schema\" = '\(schema.name)'"
        // The first column is the time.
        guard let cells = try self.ask(question, inDatabase: true).first else { return nil }
        guard cells.count == 4, case .text(let ledger) = cells[1], case .integer(let position) = cells[2],
            case .integer(let version) = cells[3]
        else {
            throw ExportError(
                .notOurs,
                "\(PointBookmark.measurement) in \(self.target) is not what we write there: choose another database")
        }
        return Bookmark(
            ledgerID: ledger, schema: schema.name, schemaVersion: Int(version),
            position: UInt64(clamping: position))
    }

    /// A measurement of the database, any; nil where it is empty.
    func anyMeasurement() throws(ExportError) -> String? {
        guard case .text(let name)? = try self.ask("SHOW MEASUREMENTS LIMIT 1", inDatabase: true).first?.first
        else { return nil }
        return name
    }

    /// Writes lines. A point that is there already is written over.
    func write(_ lines: [UInt8]) throws(ExportError) {
        let url = self.address.url("write", ["db": self.address.database, "precision": "ns"])
        let answer = try self.post(url, lines)
        guard answer.status == 204 else { throw self.refused("points", Self.reason(answer)) }
    }

    /// The rows of the one series that is the answer.
    private func ask(_ question: String, inDatabase: Bool = false) throws(ExportError) -> [[InfluxAnswer.Cell]] {
        let url = self.address.url("query", inDatabase ? ["db": self.address.database] : [:])
        let answer = try self.post(url, Array("q=\(InfluxAddress.encoded(question))".utf8))
        guard answer.status == 200, let result = InfluxAnswer(answer.body)?.results?.first else {
            throw self.refused(question, Self.reason(answer))
        }
        if let error = result.error {
            if error.hasPrefix("database not found") { return [] }
            throw self.refused(question, error)
        }
        return result.series?.first?.values ?? []
    }

    private func post(_ url: String, _ body: [UInt8]) throws(ExportError) -> HTTPAnswer {
        do {
            return try self.client.post(url, body)
        } catch {
            throw error.isConnecting
                ? ExportError(
                    .cannotConnect,
                    "cannot connect to \(self.target): \(error). Check that the server runs, and its address")
                : ExportError(
                    .connectionLost,
                    "the connection to \(self.target) was lost: \(error). Check that the server runs, and run again: "
                        + "points that are there are written over")
        }
    }

    private func refused(_ what: String, _ reason: String) -> ExportError {
        ExportError(
            .refusedByDatabase,
            "\(self.target) refused \(what): \(reason). When that is mended, run again: points that are there are "
                + "written over")
    }

    private static func reason(_ answer: HTTPAnswer) -> String {
        InfluxAnswer(answer.body)?.error ?? "it answered with HTTP status \(answer.status)"
    }
}

/// What `/query` answers, as far as we read it.
struct InfluxAnswer: Decodable {
    struct Result: Decodable {
        var series: [Series]?
        var error: String?
    }

    struct Series: Decodable {
        var values: [[Cell]]?
    }

    enum Cell: Decodable, Equatable {
        case text(String)
        case integer(Int64)
        case other

        init(from decoder: any Decoder) throws {
            let cell = try decoder.singleValueContainer()
            if let text = try? cell.decode(String.self) {
                self = .text(text)
            } else if let integer = try? cell.decode(Int64.self) {
                self = .integer(integer)
            } else {
                self = .other
            }
        }
    }

    var results: [Result]?
    var error: String?

    /// Nil for what is no such answer: another server's, or a proxy's.
    init?(_ bytes: [UInt8]) {
        guard let answer = try? JSONDecoder().decode(InfluxAnswer.self, from: Data(bytes)) else { return nil }
        self = answer
    }
}
