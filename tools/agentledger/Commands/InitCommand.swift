import AgentLedger
import ArgumentParser
import LedgerEvents
import LedgerLog
import LedgerLogLMDB

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a ledger.",
        discussion: """
            The path must be free, or an empty directory. Only you may read and write the ledger, unless --permissions \
            says otherwise.

            The log is a chain of segments. A full one is sealed and never changes again, so that a copy of its file is \
            a backup, and the log goes on in a new one. How large they get is settled here.

            EXAMPLES:
              agentledger init
              agentledger init ./acme
              agentledger init ./acme --segment-events 1000000
              agentledger init ./shared --permissions 0750
            """)

    @Argument(help: "Where to make it (default: what -l or AGENTLEDGER says, or ./ledger).")
    var path: String?

    @Option(help: ArgumentHelp("Seal a segment that holds so many events.", valueName: "count"))
    var segmentEvents = SegmentLimits().events

    @Option(help: ArgumentHelp("Seal a segment whose file uses so much.", valueName: "bytes"))
    var segmentBytes = SegmentLimits().bytes

    @Option(
        help: ArgumentHelp(
            "Who may read and write it, as chmod has it (default: 0700, you alone). What is made in the ledger later "
                + "has the same, as far as the process' umask leaves it.", valueName: "mode"),
        transform: InitCommand.mode)
    var permissions: UInt32 = LMDBEventLog.privatePermissions

    @OptionGroup var options: LedgerOptions

    private static func mode(_ text: String) throws -> UInt32 {
        guard let mode = UInt32(text, radix: 8), mode <= 0o777, mode & 0o700 == 0o700 else {
            throw ValidationError("it is not a mode such as 0700 or 0750 that lets you in yourself")
        }
        return mode
    }

    func validate() throws {
        if self.segmentEvents < 1 || self.segmentBytes < 1 {
            throw ValidationError("a segment holds at least one event, and takes at least one byte")
        }
        if self.path?.isEmpty ?? self.options.path.isEmpty {
            throw ValidationError("the path is empty: name one that holds nothing")
        }
        if self.path != nil, self.options.ledger != nil {
            throw ValidationError("give the path once, as an argument or with -l")
        }
    }

    static func make(
        at path: String, _ limits: SegmentLimits = SegmentLimits(),
        permissions: UInt32 = LMDBEventLog.privatePermissions
    ) throws -> Ledger {
        let interval = try LedgerOptions.snapshotInterval()
        do {
            return try Ledger.create(
                at: path, segmentLimits: limits, snapshotInterval: interval, permissions: permissions)
        } catch let error as EventLogError where error.code == .notFound || error.code == .io {
            throw Failure(
                "\(error); give a path in a directory that is there, and that holds nothing", category: error.category)
        }
    }

    func run() throws {
        let path = self.path ?? self.options.path
        let limits = SegmentLimits(events: self.segmentEvents, bytes: self.segmentBytes)
        let ledger = try Self.make(at: path, limits, permissions: self.permissions)
        let identity = ledger.log.identity
        if self.options.json {
            var json = JSONWriter()
            json.beginObject()
            json.key("path")
            json.string(path)
            json.key("origin")
            json.string(UUIDText.format(identity.origin))
            json.key("created")
            json.string(identity.created.description)
            json.endObject()
            try Output.standard.print(json.text)
        } else {
            try Output.standard.print("ledger \(UUIDText.format(identity.origin)) made in \(path)")
        }
    }
}
