import LedgerEvents

public indirect enum DocumentCommand: EntityCommand {
    case ingest(DocumentIngested)
    case remove(DocumentRemoved)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("document.ingest", creates: true, Self.ingest),
        CommandCase("document.remove", Self.remove),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .ingest(let payload): try visitor.visit(payload)
        case .remove(let payload): try visitor.visit(payload)
        }
    }
}
