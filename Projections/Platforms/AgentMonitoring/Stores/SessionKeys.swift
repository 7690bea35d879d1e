import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

/// Who is signed in: a session lasts from a login until it is logged out of, or its user is deactivated or deleted.
enum SessionKeys {
    static let keys = Keys(
        "session:{id}", .hash, description: "Whose session it is: user_id, email, name and role."
    ) { snapshot, span, body in
        let changedAfter = span.changedAfter
        try snapshot.forEach(User.self, changedAfter: changedAfter) { id, loaded in
            guard loaded.changedAt > changedAfter else { return }
            let user = loaded.state
            if changedAfter > .start {
                let before = try TaggedStates(id.tag, in: snapshot.log, through: changedAfter).find(id)
                for session in before?.sessions ?? [] where !user.sessions.contains(session) {
                    try body(.removedKey("session:\(session)"))
                }
            }
            for session in user.sessions { try body(.hash(key: "session:\(session)", Self.fields(of: user))) }
        }
    }

    private static func fields(of user: User) -> [KeyField] {
        [KeyField("email", user.email)] + (user.displayName.map { [KeyField("name", $0)] } ?? [])
            + [KeyField("role", user.monitoredRole), KeyField("user_id", user.id.description)]
    }
}
