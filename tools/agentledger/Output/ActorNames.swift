import AgentLedger
import LedgerDomain
import LedgerEvents
import LedgerTables

/// Names of those who act: on a terminal users by their e-mail addresses, which every command accepts in place of ids.
final class ActorNames {
    private let reader: LedgerReader
    private var known: [Principal: String] = [:]

    init(_ reader: LedgerReader) { self.reader = reader }

    /// Who did it, and for whom.
    func actors(_ envelope: Envelope) throws -> String {
        let principal = try envelope.onBehalfOf.map { " for \(try self.name($0))" } ?? ""
        return try self.name(envelope.actor) + principal
    }

    private func name(_ actor: Principal) throws -> String {
        guard Terminal.isOutput, let id = actor.user else { return Text.safe(actor.description) }
        if let name = self.known[actor] { return name }
        let name = try self.email(of: id).map { "user:\($0)" } ?? actor.description
        self.known[actor] = name
        return name
    }

    /// Told from the user's own events: no view needs to be there.
    private func email(of id: UInt128) throws -> String? {
        let head = try self.reader.position(of: .end)
        let row = try LedgerSnapshot.row(of: User.kind, id: id, toldBy: self.reader.log, at: head)
        guard let row, let place = row.table.columns.firstIndex(where: { $0.name == "email" }) else { return nil }
        return row.cells[place].text.flatMap { $0.isEmpty ? nil : Text.safe($0) }
    }
}
