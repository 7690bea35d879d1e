import LedgerEvents

/// What an organization or a user pays for, from the least to the most.
public enum SubscriptionTier: String, Enumeration {
    case starter, professional, business, enterprise

    @usableFromInline package static var defaultValue: SubscriptionTier { .starter }
}
