import LedgerEvents

public indirect enum OrganizationCommand: EntityCommand {
    case create(OrganizationCreated)
    case rename(OrganizationRenamed)
    case changeSlug(OrganizationSlugChanged)
    case changeProfile(OrganizationProfileChanged)
    case changeSettings(OrganizationSettingsChanged)
    case changeTier(OrganizationTierChanged)
    case suspend(OrganizationSuspended)
    case reactivate(OrganizationReactivated)
    case cancel(OrganizationCancelled)
    case delete(OrganizationDeleted)
    case changeBillingDetails(OrganizationBillingDetailsChanged)
    case changePaymentMethod(OrganizationPaymentMethodChanged)
    case setExecutionQuota(OrganizationExecutionQuotaSet)
    case startQuotaPeriod(OrganizationQuotaPeriodStarted)
    case issueAPIKey(OrganizationAPIKeyIssued)
    case revokeAPIKey(OrganizationAPIKeyRevoked)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("organization.create", permission: .anyone, creates: true, Self.create),
        CommandCase("organization.rename", role: .admin, Self.rename),
        CommandCase("organization.change_slug", role: .admin, Self.changeSlug),
        CommandCase("organization.change_profile", role: .admin, Self.changeProfile),
        CommandCase("organization.change_settings", role: .admin, Self.changeSettings),
        CommandCase("organization.change_tier", role: .owner, Self.changeTier),
        CommandCase("organization.suspend", role: .owner, Self.suspend),
        CommandCase("organization.reactivate", role: .owner, Self.reactivate),
        CommandCase("organization.cancel", role: .owner, Self.cancel),
        CommandCase("organization.delete", role: .owner, Self.delete),
        CommandCase("organization.change_billing_details", role: .owner, Self.changeBillingDetails),
        CommandCase("organization.change_payment_method", role: .owner, Self.changePaymentMethod),
        CommandCase("organization.set_execution_quota", role: .owner, Self.setExecutionQuota),
        CommandCase("organization.start_quota_period", role: .owner, Self.startQuotaPeriod),
        CommandCase("organization.issue_api_key", role: .admin, Self.issueAPIKey),
        CommandCase("organization.revoke_api_key", role: .admin, Self.revokeAPIKey),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .create(let payload): try visitor.visit(payload)
        case .rename(let payload): try visitor.visit(payload)
        case .changeSlug(let payload): try visitor.visit(payload)
        case .changeProfile(let payload): try visitor.visit(payload)
        case .changeSettings(let payload): try visitor.visit(payload)
        case .changeTier(let payload): try visitor.visit(payload)
        case .suspend(let payload): try visitor.visit(payload)
        case .reactivate(let payload): try visitor.visit(payload)
        case .cancel(let payload): try visitor.visit(payload)
        case .delete(let payload): try visitor.visit(payload)
        case .changeBillingDetails(let payload): try visitor.visit(payload)
        case .changePaymentMethod(let payload): try visitor.visit(payload)
        case .setExecutionQuota(let payload): try visitor.visit(payload)
        case .startQuotaPeriod(let payload): try visitor.visit(payload)
        case .issueAPIKey(let payload): try visitor.visit(payload)
        case .revokeAPIKey(let payload): try visitor.visit(payload)
        }
    }
}
