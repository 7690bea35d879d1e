import LedgerEvents

public indirect enum AlertRuleCommand: EntityCommand {
    case define(AlertRuleDefined)
    case change(AlertRuleChanged)
    case enable(AlertRuleEnabled)
    case disable(AlertRuleDisabled)
    case delete(AlertRuleDeleted)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("alert_rule.define", role: .admin, creates: true, Self.define),
        CommandCase("alert_rule.change", role: .admin, Self.change),
        CommandCase("alert_rule.enable", role: .admin, Self.enable),
        CommandCase("alert_rule.disable", role: .admin, Self.disable),
        CommandCase("alert_rule.delete", role: .admin, Self.delete),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .define(let payload): try visitor.visit(payload)
        case .change(let payload): try visitor.visit(payload)
        case .enable(let payload): try visitor.visit(payload)
        case .disable(let payload): try visitor.visit(payload)
        case .delete(let payload): try visitor.visit(payload)
        }
    }
}
