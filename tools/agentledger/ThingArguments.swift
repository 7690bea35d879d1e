import AgentLedger
import ArgumentParser
import LedgerEvents
import LedgerTables

/// Which thing: its kind, and its id.
struct ThingArguments: ParsableArguments {
    @Argument(help: "What kind of thing, or the name of its table.", transform: ThingArguments.kind)
    var kind: String

    @Argument(
        help: ArgumentHelp(
            "Its UUID, the beginning of it, or its slug, e-mail, number or name; THING/PART for a part of a thing.",
            valueName: "id"))
    var word: String

    func id(in reader: LedgerReader, at moment: Moment = .end) throws -> RowID {
        try reader.findRow(self.kind, self.word, at: moment)
    }

    static func kind(_ word: String) throws -> String {
        if let kind = LedgerSnapshot.kind(named: word) { return kind }
        if LedgerSchema.projection.schema.table(word) != nil {
            throw ValidationError(
                "the rows of \(word) have no history of their own; list them with: agentledger list \(word), with --at "
                    + "for a past moment")
        }
        let kinds = LedgerSnapshot.kinds
        let tables = kinds.map { LedgerSnapshot.table(of: $0) }
        let suggestion = Spelling.suggestion(for: word, in: kinds + tables)
        throw ValidationError(
            "there is no kind \"\(word)\""
                + (suggestion.isEmpty ? "; there are \(kinds.joined(separator: ", "))" : suggestion))
    }

    /// What to say where there is no such thing.
    static func missing(
        _ kind: String, _ id: RowID, at position: Position, by time: Instant? = nil, _ options: LedgerOptions
    ) -> Failure {
        let then = time.map { " of what had happened by \($0)" } ?? ""
        return Failure(
            "there is no \(kind) \(LedgerSnapshot.text(of: id, kind: kind)) at position \(position)\(then); list them with: agentledger list "
                + "\(LedgerSnapshot.table(of: kind)) -l \(options.path)", category: .notFound)
    }
}
