import AgentLedger
import ArgumentParser
import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerLogLMDB

struct ExecuteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "execute",
        abstract: "Execute one command, given as JSON.",
        discussion: """
            Members: command, data, and if wanted actor, on_behalf_of, occurred_at, correlation_id, causation_id, \
            source, idempotency_key. Without an actor it is system:cli. `agentledger schema` lists the commands, and \
            `agentledger schema workflow.create` shows one's fields, what refuses it, and an example. A \
            refused command changes nothing; its reason is on standard error and the exit status is 1.

            EXAMPLES:
              agentledger execute '{"command":"organization.create",
                "data":{"name":"Acme","slug":"acme"}}'
              agentledger execute - < command.json
            """)

    @Argument(help: ArgumentHelp("The command, or - for standard input.", valueName: "json"))
    var command: String

    @Flag(help: "Let clock.tick set a time that is later than this machine's clock says.")
    var ahead = false

    @OptionGroup var options: LedgerOptions

    func run() async throws {
        let bytes = self.command == "-" ? try StandardInput.read() : Array(self.command.utf8)
        let ledger = try self.options.writer()
        var request = try self.request(bytes, newID: ledger.makeID())
        request.source = request.source ?? .commandLine
        request.isAhead = self.ahead
        let outcome = try await ledger.execute(request)
        switch outcome {
        case .accepted(let first, let last):
            try self.accepted(first, last, ledger)
            if let note = CommandNote.note(on: request.name) { Diagnostics.note("\(request.name): \(note)") }
        case .unchanged: try self.unchanged(request)
        case .refused(let rejection): try self.refused(request, rejection)
        }
    }

    private func request(_ bytes: [UInt8], newID: UInt128) throws -> CommandRequest {
        let reader = CommandReader(defaultActor: .system("cli"))
        do {
            return try bytes.withUnsafeBytes { try reader.read($0, now: LMDBEventLog.systemClock(), newID: newID) }
        } catch let error as CommandError {
            throw Failure("the command cannot be read: \(error.message)", code: error.code)
        }
    }

    private func accepted(_ first: Position, _ last: Position, _ ledger: Ledger) throws {
        var json = JSONWriter()
        var table = AlignedTable(columns: 3)
        json.beginObject()
        json.key("outcome")
        json.string("accepted")
        json.key("first")
        json.uint(first.value)
        json.key("last")
        json.uint(last.value)
        json.key("events")
        json.beginArray()
        let before = Position(first.value - 1)
        try ledger.log.read(.all, after: before, through: last, limit: .max) { stored in
            let (event, envelope) = try DomainEvent.decode(stored)
            let entity = UUIDText.format(event.audit.entity)
            json.beginObject()
            json.key("position")
            json.uint(envelope.position.value)
            json.key("type")
            json.string(envelope.type.name)
            json.key("id")
            json.string(entity)
            json.endObject()
            try table.row([.init("\(envelope.position)", isNumber: true), .init(envelope.type.name), .init(entity)])
            return
        }
        json.endArray()
        json.endObject()
        if self.options.json { try Output.standard.print(json.text) } else { try table.flush() }
    }

    private func unchanged(_ request: CommandRequest) throws {
        guard self.options.json else { return try Output.standard.print("unchanged: \(request.name) stands already") }
        var json = JSONWriter()
        json.beginObject()
        json.key("outcome")
        json.string("unchanged")
        json.endObject()
        try Output.standard.print(json.text)
    }

    private func refused(_ request: CommandRequest, _ rejection: Rejection) throws {
        if self.options.json {
            var json = JSONWriter()
            json.beginObject()
            json.key("outcome")
            json.string("refused")
            json.key("reason")
            json.string(rejection.reason.rawValue)
            json.key("message")
            json.string(rejection.message)
            json.endObject()
            try Output.standard.print(json.text)
        }
        throw Failure(
            "\(request.name) is refused: \(rejection.message)", category: rejection.category, code: rejection.code)
    }
}
