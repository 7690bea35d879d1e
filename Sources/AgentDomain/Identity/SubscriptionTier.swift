import EventSourcing

/// What an organization or a user pays for, from the least to the most.
public enum SubscriptionTier: String, Enumeration {
    case starter, professional, business, enterprise

    public static var defaultValue: SubscriptionTier { .starter }
}
