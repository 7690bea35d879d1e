import LedgerRelations

/// What a target says of itself: whose rows it holds, and up to where. Kept in the same transaction as the rows.
struct Bookmark: Equatable {
    /// The table that holds it, in databases.
    static let table = "agentledger_export"

    var ledgerID: String
    var schema: String
    var schemaVersion: Int
    var position: UInt64

    init(ledgerID: String, schema: String, schemaVersion: Int, position: UInt64) {
        self.ledgerID = ledgerID
        self.schema = schema
        self.schemaVersion = schemaVersion
        self.position = position
    }

    init(of source: some RelationSource) {
        self.init(
            ledgerID: source.ledgerID, schema: source.schema.name, schemaVersion: source.schema.version,
            position: source.position)
    }

    /// What may be done with a target.
    enum Continuation {
        /// Bring over what changed.
        case update
        /// An older version of the schema: its tables make way for the new ones.
        case replace
    }

    /// Throws unless rows of `source` may be written over what `target` holds.
    func check(against source: some RelationSource, target: String) throws(ExportError) -> Continuation {
        let wanted = source.schema
        guard self.ledgerID == source.ledgerID else {
            throw ExportError(
                .foreignLedger,
                "\(target) holds rows of ledger \(self.ledgerID), not of \(source.ledgerID): choose another target")
        }
        guard self.schema == wanted.name else {
            throw ExportError(
                .foreignSchema,
                "\(target) holds the schema \(self.schema), not \(wanted.name): choose another target")
        }
        guard self.schemaVersion <= wanted.version else {
            throw ExportError(
                .newerSchema,
                "\(target) was written with version \(self.schemaVersion) of the schema \(wanted.name), and this "
                    + "program knows version \(wanted.version): use the newer program, or choose another target")
        }
        guard self.position <= source.position else {
            throw ExportError(
                .targetAhead,
                "\(target) stands at position \(self.position), after position \(source.position): an export never "
                    + "goes back; choose another target")
        }
        return self.schemaVersion == wanted.version ? .update : .replace
    }
}
