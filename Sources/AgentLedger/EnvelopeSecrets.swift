import LedgerDomain
import LedgerEvents

/// Keeps secrets out of what an envelope says. Actors and sources mostly repeat: the last ones are remembered.
struct EnvelopeSecrets {
    private var actor: Principal?
    private var source: (given: EventSource, masked: EventSource)?
    /// Secrets that were masked in sources and are not yet counted.
    private var uncounted = 0

    /// Refuses a command in whose actor, principal or idempotency key a secret stands: each is a name, which cannot be
    /// masked.
    mutating func check(_ request: UnsafePointer<CommandRequest>) throws(Rejection) {
        if request.pointee.keepsSecrets || !request.pointee.isChecked { return }
        if self.actor != request.pointee.actor {
            try Self.require(request.pointee.actor.description, "actor")
            self.actor = request.pointee.actor
        }
        if let principal = request.pointee.onBehalfOf { try Self.require(principal.description, "on_behalf_of") }
        if let key = request.pointee.idempotencyKey { try Self.require(key, "idempotency_key") }
    }

    private static func require(_ text: String, _ field: String) throws(Rejection) {
        if SecretShape.isFound(in: text) { throw .secretFound(field) }
    }

    /// Returns how many secrets were masked in sources since the last call.
    mutating func takeCount() -> Int {
        defer { self.uncounted = 0 }
        return self.uncounted
    }

    /// The source, with the secrets in its texts masked.
    mutating func masked(_ request: UnsafePointer<CommandRequest>) -> EventSource? {
        guard let given = request.pointee.source, !request.pointee.keepsSecrets else { return request.pointee.source }
        if let known = self.source, known.given == given { return known.masked }
        var masked = given
        for text in [\EventSource.channel, \.address, \.userAgent] {
            guard let found = SecretShape.masking(given[keyPath: text]) else { continue }
            masked[keyPath: text] = found.text
            self.uncounted += found.count
        }
        self.source = (given, masked)
        return masked
    }
}
