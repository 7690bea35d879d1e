import LedgerEvents
import LedgerLMDB
import LedgerLog

extension EventLogError {
    /// What LMDB refused, in the log's words; the original stays as the cause.
    init(_ error: LMDBError) {
        let code: Code =
            switch error.code {
            case .diskFull: .diskFull
            case .corrupted, .versionMismatch: .corrupted(.start)
            case .notFound: .notFound
            case .permission: .readOnly
            case .invalid, .badValueSize, .keyExists, .alreadyOpen: .invalid
            case .mapFull, .databasesFull, .readersFull, .ioError, .busy, .panicked, .other: .io
            }
        self.init(code, error.message, remedy: error.remedy, cause: error)
    }

    static func corrupted(_ position: Position, _ path: String, _ what: String) -> EventLogError {
        EventLogError(
            .corrupted(position),
            "reading position \(position) of \(path): \(what)", remedy: "restore the file from a copy")
    }
}

/// Runs `body` and turns LMDB's errors into the log's.
@inline(__always)
func translatingErrors<R: ~Copyable>(_ body: () throws -> R) throws -> R {
    do {
        return try body()
    } catch let error as LMDBError {
        throw EventLogError(error)
    }
}
