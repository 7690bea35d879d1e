import LedgerEvents

public indirect enum MembershipCommand: EntityCommand {
    case add(MembershipAdded)
    case changeRole(MembershipRoleChanged)
    case changePermissions(MembershipPermissionsChanged)
    case remove(MembershipRemoved)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("membership.add", role: .admin, creates: true, Self.add),
        CommandCase("membership.change_role", role: .admin, Self.changeRole),
        CommandCase("membership.change_permissions", role: .admin, Self.changePermissions),
        CommandCase("membership.remove", role: .admin, Self.remove),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .add(let payload): try visitor.visit(payload)
        case .changeRole(let payload): try visitor.visit(payload)
        case .changePermissions(let payload): try visitor.visit(payload)
        case .remove(let payload): try visitor.visit(payload)
        }
    }
}
