import LedgerDomain
import LedgerEvents

/// What was said in a conversation so far.
package struct ConversationActivity: Stored {
    package static let kind = "conversation_activity"

    package var messages = 0
    package var lastMessageAt: Instant?

    package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "messages", &self.messages)
        try v.field(2, "last_message_at", &self.lastMessageAt)
    }

    mutating func count(_ message: ConversationMessage, at instant: Instant) {
        self.messages += 1
        self.lastMessageAt = max(self.lastMessageAt ?? instant, instant)
    }
}
