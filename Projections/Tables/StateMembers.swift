import LedgerDomain
import LedgerEvents

/// A state as the JSON of its fields, those that are absent left out.
package struct StateMembers {
    private struct Member {
        /// Of the field: members stand in its order.
        var number: Int
        var name: StaticString
        var value: [UInt8]
    }

    private var members: [Member]

    init<R: Record>(of record: R) {
        var record = record
        var collector = Collector()
        do {
            try record.fields(&collector)
        } catch {
            preconditionFailure("writing JSON reads nothing and cannot fail: \(error)")
        }
        self.members = collector.members.sorted { $0.number < $1.number }
    }

    private struct Collector: FieldVisitor {
        var members: [Member] = []

        mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _ value: inout Value) throws {
            if value.isAbsent { return }
            var json = JSONWriter()
            value.encodeJSON(&json)
            self.members.append(Member(number: number, name: name, value: json.bytes))
        }
    }

    /// All of it.
    /// - Parameter isMasked: whether what is personal is masked.
    func text(isMasked: Bool) -> JSONText { self.text(isMasked) { _ in true } }

    /// What it has otherwise than another state of the same thing; null for what only the other has.
    func difference(from other: StateMembers, isMasked: Bool) -> JSONText {
        let missing = other.members.filter { self.value(of: $0.number) == nil }
        return self.text(isMasked, adding: missing) { $0.value != other.value(of: $0.number) }
    }

    private func text(
        _ isMasked: Bool, adding missing: [Member] = [], where isTold: (Member) -> Bool
    ) -> JSONText {
        var json = JSONWriter()
        json.beginObject()
        for member in self.members where isTold(member) {
            json.key(member.name)
            if isMasked, Self.masked.contains(member.name.description) {
                json.string(Self.mask)
            } else {
                json.raw(member.value)
            }
        }
        for member in missing {
            json.key(member.name)
            json.null()
        }
        json.endObject()
        return JSONText(uncheckedCanonical: json.text)
    }

    private func value(of number: Int) -> [UInt8]? { self.members.first { $0.number == number }?.value }
}

extension StateMembers {
    fileprivate static let mask = "[masked]"

    /// Whatever says who somebody is or how they prove it; that it changed is seen, and not to what.
    private static let masked: Set<String> = [
        "api_keys", "auth_provider_id", "avatar_url", "billing_address", "billing_email", "credentials", "display_name",
        "email", "family_name", "given_name", "key_hash", "mfa_secret_reference", "password_hash", "payment_method_id",
        "webhook_secret_reference",
    ]

    /// The events that say any of it.
    private static let maskedEvents = Set(
        DomainEvent.cases.filter { $0.fields().contains { Self.masked.contains($0.name) } }.map(\.type))

    /// What an event says, with what is personal masked.
    package static func masked(_ data: JSONText, of type: EventType) -> JSONText {
        guard self.maskedEvents.contains(type) else { return data }
        var json = JSONWriter()
        json.beginObject()
        do {
            try data.reading { reader in
                try reader.object { reader, key in
                    let value = try reader.raw()
                    json.key(key)
                    if self.masked.contains(key.string) {
                        json.string(self.mask)
                    } else {
                        json.raw(value)
                    }
                }
            }
        } catch {
            preconditionFailure("our own JSON can be read: \(error)")
        }
        json.endObject()
        return JSONText(uncheckedCanonical: json.text)
    }
}
