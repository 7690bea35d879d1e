import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerViews

/// The names that the actors of events had at the time.
final class PastActorNames {
    private let snapshot: LedgerSnapshot
    /// A user's names, each with the event that gave it, oldest first.
    private var users: [UserID: [(from: Position, name: String)]] = [:]

    private static let limit = 4096

    init(in snapshot: LedgerSnapshot) { self.snapshot = snapshot }

    /// A user's name at the time of the event, or else the e-mail address; the name of a key or of trusted code. Nil:
    /// the ledger does not know the actor.
    func name(of actor: Principal, in organization: OrganizationID?, at position: Position) throws -> String? {
        switch (actor.tag.kind, actor.tag.value) {
        case ("user", .id(let id)):
            let names = try self.names(of: UserID(bits: id))
            return (names.last { $0.from <= position } ?? names.first)?.name
        case ("api_key", .id(let id)):
            guard let organization, let owner = try self.snapshot.views.find(organization) else { return nil }
            return owner.apiKeys.first { $0.id.bits == id }?.name
        case (_, .text(let name)):
            return name
        case (_, .id):
            return nil
        }
    }

    private func names(of user: UserID) throws -> [(from: Position, name: String)] {
        if let known = self.users[user] { return known }
        var names: [(from: Position, name: String)] = []
        let states = StateCache(over: NoStates(), at: .start)
        var reader = EventReader()
        let query = EventQuery(types: User.Rules.Event.cases.map(\.type), tags: [user.tag])
        try self.snapshot.log.read(query, after: .start, through: self.snapshot.at, limit: .max) { stored in
            let (event, envelope) = try reader.read(stored)
            Views.apply(event, envelope, to: states)
            guard let state = states.find(user), names.last?.name != state.displayName ?? state.email else { return }
            names.append((envelope.position, state.displayName ?? state.email))
        }
        if self.users.count == Self.limit { self.users.removeAll(keepingCapacity: true) }
        self.users[user] = names
        return names
    }
}
