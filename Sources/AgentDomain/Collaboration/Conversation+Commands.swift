import LedgerEvents

public indirect enum ConversationCommand: EntityCommand {
    case start(ConversationStarted)
    case title(ConversationTitled)
    case addParticipant(ConversationParticipantJoined)
    case removeParticipant(ConversationParticipantLeft)
    case setWorkProduct(ConversationWorkProductSet)
    case end(ConversationEnded)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("conversation.start", creates: true, Self.start),
        CommandCase("conversation.title", Self.title),
        CommandCase("conversation.add_participant", Self.addParticipant),
        CommandCase("conversation.remove_participant", Self.removeParticipant),
        CommandCase("conversation.set_work_product", Self.setWorkProduct),
        CommandCase("conversation.end", Self.end),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .start(let payload): try visitor.visit(payload)
        case .title(let payload): try visitor.visit(payload)
        case .addParticipant(let payload): try visitor.visit(payload)
        case .removeParticipant(let payload): try visitor.visit(payload)
        case .setWorkProduct(let payload): try visitor.visit(payload)
        case .end(let payload): try visitor.visit(payload)
        }
    }
}
