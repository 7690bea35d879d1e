import LedgerEvents

public indirect enum DocumentCollectionCommand: EntityCommand {
    case create(DocumentCollectionCreated)
    case remove(DocumentCollectionRemoved)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("document_collection.create", creates: true, Self.create),
        CommandCase("document_collection.remove", role: .admin, Self.remove),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .create(let payload): try visitor.visit(payload)
        case .remove(let payload): try visitor.visit(payload)
        }
    }
}
