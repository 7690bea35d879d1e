import LedgerLMDB

extension ViewsError {
    /// What LMDB refused, as an error of the views; the original is the cause.
    private init(_ error: LMDBError) {
        let code: Code =
            switch error.code {
            case .diskFull: .diskFull
            case .corrupted, .versionMismatch: .damaged
            case .notFound: .notFound
            case .permission: .notPermitted
            case .invalid, .badValueSize, .keyExists, .alreadyOpen, .mapFull, .databasesFull, .readersFull, .ioError,
                .busy, .panicked, .other:
                .io
            }
        self.init(code, error.message, remedy: error.remedy, cause: error)
    }

    /// Runs `body` and turns LMDB's errors into the views'.
    @inline(__always)
    static func translating<R: ~Copyable>(_ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch let error as LMDBError {
            throw ViewsError(error)
        }
    }
}
