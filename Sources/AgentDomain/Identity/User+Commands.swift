import LedgerEvents

public indirect enum UserCommand: EntityCommand {
    case register(UserRegistered)
    case changeEmail(UserEmailChanged)
    case verifyEmail(UserEmailVerified)
    case setPassword(UserPasswordSet)
    case linkAuthProvider(UserAuthProviderLinked)
    case changeProfile(UserProfileChanged)
    case logIn(UserLoggedIn)
    case logOut(UserLoggedOut)
    case enableMFA(UserMFAEnabled)
    case disableMFA(UserMFADisabled)
    case changePlatformRoles(UserPlatformRolesChanged)
    case changeNamespaceAccess(UserNamespaceAccessChanged)
    case changeTier(UserTierChanged)
    case deactivate(UserDeactivated)
    case reactivate(UserReactivated)
    case delete(UserDeleted)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("user.register", permission: .anyone, creates: true, Self.register),
        CommandCase("user.change_email", permission: .oneself, Self.changeEmail),
        CommandCase("user.verify_email", permission: .oneself, Self.verifyEmail),
        CommandCase("user.set_password", permission: .oneself, Self.setPassword),
        CommandCase("user.link_auth_provider", permission: .oneself, Self.linkAuthProvider),
        CommandCase("user.change_profile", permission: .oneself, Self.changeProfile),
        CommandCase("user.log_in", permission: .oneself, Self.logIn),
        CommandCase("user.log_out", permission: .oneself, Self.logOut),
        CommandCase("user.enable_mfa", permission: .oneself, Self.enableMFA),
        CommandCase("user.disable_mfa", permission: .oneself, Self.disableMFA),
        CommandCase("user.change_platform_roles", permission: .platform, Self.changePlatformRoles),
        CommandCase("user.change_namespace_access", permission: .platform, Self.changeNamespaceAccess),
        CommandCase("user.change_tier", permission: .platform, Self.changeTier),
        CommandCase("user.deactivate", permission: .platform, Self.deactivate),
        CommandCase("user.reactivate", permission: .platform, Self.reactivate),
        CommandCase("user.delete", permission: .oneself, Self.delete),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .register(let payload): try visitor.visit(payload)
        case .changeEmail(let payload): try visitor.visit(payload)
        case .verifyEmail(let payload): try visitor.visit(payload)
        case .setPassword(let payload): try visitor.visit(payload)
        case .linkAuthProvider(let payload): try visitor.visit(payload)
        case .changeProfile(let payload): try visitor.visit(payload)
        case .logIn(let payload): try visitor.visit(payload)
        case .logOut(let payload): try visitor.visit(payload)
        case .enableMFA(let payload): try visitor.visit(payload)
        case .disableMFA(let payload): try visitor.visit(payload)
        case .changePlatformRoles(let payload): try visitor.visit(payload)
        case .changeNamespaceAccess(let payload): try visitor.visit(payload)
        case .changeTier(let payload): try visitor.visit(payload)
        case .deactivate(let payload): try visitor.visit(payload)
        case .reactivate(let payload): try visitor.visit(payload)
        case .delete(let payload): try visitor.visit(payload)
        }
    }
}
