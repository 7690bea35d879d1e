import EventSourcing

/// States as JSON, for people who look after others: what is personal or secret is masked.
enum StateMembers {
    /// Whatever says who somebody is or how they prove it; that it changed is seen, and not to what.
    private static let masked: Set<String> = [
        "api_keys", "auth_provider_id", "avatar_url", "billing_address", "billing_email", "credentials", "display_name",
        "email", "family_name", "given_name", "ip", "key_hash", "mfa_secret_reference", "password_hash",
        "payment_method_id", "phone", "webhook_secret_reference",
    ]

    /// The object with its personal members masked.
    static func masked(_ object: JSONText) -> JSONText { self.text(self.members(of: object)) }

    /// The members in which two states of a thing differ, before and after.
    static func difference<E: Record & Equatable>(of before: E?, and after: E?) -> EntityChanges.Change {
        if before == after { return .init() }
        let (old, new) = (self.members(of: before), self.members(of: after))
        var (changed, left): ([Member], [Member]) = ([], [])
        for member in new where old.first(where: { $0.name == member.name })?.value != member.value {
            left.append(member)
        }
        for member in old {
            guard let now = new.first(where: { $0.name == member.name }) else {
                changed.append(member)
                left.append(Member(name: member.name, value: "null"))
                continue
            }
            if now.value != member.value { changed.append(member) }
        }
        return .init(
            before: before == nil ? nil : self.text(changed), after: after == nil ? nil : self.text(left))
    }

    private struct Member {
        var name: String
        var value: String
    }

    private static func members<E: Record>(of state: E?) -> [Member] {
        state.map { self.members(of: JSONText(uncheckedCanonical: JSONWriter.text($0))) } ?? []
    }

    private static func members(of object: JSONText) -> [Member] {
        var members: [Member] = []
        do {
            try object.reading { reader in
                try reader.object { reader, key in
                    members.append(Member(name: key.string, value: String(decoding: try reader.raw(), as: UTF8.self)))
                }
            }
        } catch {
            preconditionFailure("our own JSON can be read: \(error)")
        }
        return members
    }

    private static func text(_ members: [Member]) -> JSONText {
        var json = JSONWriter()
        json.beginObject()
        for member in members {
            json.key(member.name)
            if self.masked.contains(member.name), member.value != "null" {
                json.string("[masked]")
            } else {
                json.raw(member.value)
            }
        }
        json.endObject()
        return JSONText(uncheckedCanonical: json.text)
    }
}
