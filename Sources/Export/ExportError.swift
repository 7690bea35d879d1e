import LedgerEvents
import LedgerPostgres

/// Why an export stopped, and what to do about it. The target is as it was before.
package struct ExportError: CodedFailure {
    package enum Code: String, FailureCode {
        /// The file system said no.
        case cannotWrite = "cannot_write"
        /// The server cannot be reached, or does not let us in.
        case cannotConnect = "cannot_connect"
        /// The target holds something that we did not write.
        case notOurs = "not_ours"
        /// The target holds another ledger's rows.
        case foreignLedger = "foreign_ledger"
        /// The target holds another schema's rows.
        case foreignSchema = "foreign_schema"
        /// The schema has nothing that such a target holds.
        case unsuitableSchema = "unsuitable_schema"
        /// The target was written by a newer version of the schema.
        case newerSchema = "newer_schema"
        /// Tables of an older version cannot make way for the new ones.
        case olderSchema = "older_schema"
        /// Tables, or rows in them, were changed since the last export, and not by one.
        case alteredByHand = "altered_by_hand"
        /// The target stands at a later position than the rows to be exported.
        case targetAhead = "target_ahead"
        /// The database refused a statement or a row.
        case refusedByDatabase = "refused_by_database"
        /// The connection or the server went away.
        case connectionLost = "connection_lost"
        /// Another session has a lock on what is to be written.
        case locked

        package var category: FailureCategory {
            switch self {
            case .unsuitableSchema: .caller
            case .notOurs, .foreignLedger, .foreignSchema, .newerSchema, .olderSchema, .alteredByHand, .targetAhead,
                .locked:
                .conflict
            case .cannotWrite, .cannotConnect, .refusedByDatabase, .connectionLost: .environment
            }
        }
    }

    /// - Parameter changes: clauses.
    static func altered(_ target: String, _ changes: [String]) -> ExportError {
        let shown = changes.prefix(5).joined(separator: "; ")
        let rest = changes.count > 5 ? "; and \(changes.count - 5) more" : ""
        return ExportError(
            .alteredByHand,
            "\(target) was changed by hand: \(shown)\(rest). Export with --repair, which compares it and loads it again"
        )
    }

    package var code: Code
    /// What was being done, to what, and the remedy.
    package var message: String
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String {
        guard let cause else { return self.message }
        return "\(self.message) (\(plainReason(of: cause)))"
    }
}

extension ExportError {
    init(_ error: PostgresError) {
        let code: Code =
            switch error.code {
            case .cannotConnect: .cannotConnect
            case .connectionLost: .connectionLost
            case .locked: .locked
            case .refused: .refusedByDatabase
            }
        self.init(code, error.message, cause: error.refusal)
    }
}
