import AgentDomain
import EventSourcing

/// What was said in a conversation so far.
public struct ConversationActivity: Stored {
    public static let kind = "conversation_activity"

    public var messages = 0
    public var lastMessageAt: Instant?

    public init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    public mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "messages", &self.messages)
        try v.field(2, "last_message_at", &self.lastMessageAt)
    }

    mutating func count(_ message: ConversationMessage, at instant: Instant) {
        self.messages += 1
        self.lastMessageAt = max(self.lastMessageAt ?? instant, instant)
    }
}
