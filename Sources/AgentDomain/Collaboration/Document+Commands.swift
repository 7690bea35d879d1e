import EventSourcing

public indirect enum DocumentCommand: EntityCommand {
    case ingest(DocumentIngested)
    case remove(DocumentRemoved)

    public static let cases: [CommandCase<Self>] = [
        CommandCase("document.ingest", creates: true, Self.ingest),
        CommandCase("document.remove", Self.remove),
    ]

    @inlinable
    public func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .ingest(let payload): try visitor.visit(payload)
        case .remove(let payload): try visitor.visit(payload)
        }
    }
}
