import AgentLedger
import ArgumentParser

/// Which thing: its kind, and its id.
struct ThingArguments: ParsableArguments {
    @Argument(help: "What kind of thing, or the name of its table.", transform: ThingArguments.kind)
    var kind: String

    @Argument(help: ArgumentHelp("Its UUID.", valueName: "id"), transform: ThingArguments.id)
    var id: UInt128

    static func kind(_ word: String) throws -> String {
        guard let kind = LedgerSnapshot.kind(named: word) else {
            let kinds = LedgerSnapshot.kinds.joined(separator: ", ")
            throw ValidationError("there is no kind \"\(word)\"; there are \(kinds)")
        }
        return kind
    }

    static func id(_ text: String) throws -> UInt128 {
        guard let id = UUIDText.parse(text) else { throw ValidationError("\"\(text)\" is not a UUID") }
        return id
    }

    /// What to say where there is no such thing.
    static func missing(
        _ kind: String, _ id: UInt128, at position: Position, by time: Instant? = nil, _ options: LedgerOptions
    ) -> Failure {
        let then = time.map { " of what had happened by \($0)" } ?? ""
        return Failure(
            "there is no \(kind) \(UUIDText.format(id)) at position \(position)\(then); find ids with: agentledger query -l "
                + "\(options.path) \"SELECT id FROM \(LedgerSnapshot.table(of: kind))\"")
    }
}
