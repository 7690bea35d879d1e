import AgentLedger
import ArgumentParser
import Glibc
import LedgerEvents
import LedgerLog
import LedgerLogLMDB
import LedgerViews

/// Which ledger, and how to answer: what all commands share.
struct LedgerOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The ledger's directory (default: AGENTLEDGER, or ./ledger).", valueName: "path"))
    var ledger: String?

    @Flag(help: "Answer in JSON, whose form is kept from version to version.")
    var json = false

    @Flag(help: "Record times by the machine's clock even if it is more than a year ahead of the last recording.")
    var acceptClock = false

    var path: String {
        if let ledger { return ledger }
        if let set = getenv("AGENTLEDGER") {
            let path = String(cString: set)
            if !path.isEmpty { return path }
        }
        return "./ledger"
    }

    func reader() throws -> LedgerReader {
        let interval = try Self.snapshotInterval()
        return try self.opening { try LedgerReader(at: self.path, snapshotInterval: interval) }
    }

    func writer() throws -> Ledger { try self.naming { try self.openForWriting() } }

    /// Nil where there is no ledger.
    func writerIfThere() throws -> Ledger? {
        do {
            return try self.openForWriting()
        } catch let error as EventLogError where error.code == .notFound {
            return nil
        }
    }

    private func openForWriting() throws -> Ledger {
        let interval = try Self.snapshotInterval()
        let ledger = try Ledger.open(at: self.path, snapshotInterval: interval, acceptsClock: self.acceptClock)
        try Self.noteClockBehind(ledger.log)
        return ledger
    }

    /// Says that recorded times stand still, where the machine's clock is behind the last of them.
    static func noteClockBehind(_ log: LMDBEventLog) throws {
        let now = LMDBEventLog.systemClock()
        guard let last = try log.lastRecordedAt(), last > now.advanced(bySeconds: 60) else { return }
        Diagnostics.note(
            "the machine's clock says \(now), before the last recording, \(last): until then, all events are recorded at that "
                + "time. If it is wrong, `agentledger fork --at` a position before it leaves it out")
    }

    /// Says that policies wait, where the ledger's clock is ahead of the machine's.
    static func noteClockAhead(_ time: Instant?) {
        let now = LMDBEventLog.systemClock()
        guard let time, time > now else { return }
        Diagnostics.note(
            "the ledger's clock says \(time), ahead of this machine's, \(now): what falls due until then is not noticed. If it is "
                + "wrong, `agentledger fork --at` a position before that tick leaves it out")
    }

    /// How many events lie between two snapshots of the views: a setting of the machine, not of a question.
    static func snapshotInterval() throws -> UInt64 {
        guard let set = getenv("AGENTLEDGER_SNAPSHOT_INTERVAL").map({ String(cString: $0) }), !set.isEmpty else {
            return PastViews.defaultInterval
        }
        guard let interval = UInt64(set) else {
            throw ValidationError(
                "AGENTLEDGER_SNAPSHOT_INTERVAL is \"\(set)\"; it must be a number of events, or 0 for no snapshots")
        }
        return interval
    }

    /// Tells what a reader needs where it may not open the ledger.
    func opening<Opened>(_ body: () throws -> Opened) throws -> Opened {
        do {
            return try self.naming(body)
        } catch let error as EventLogError where error.code == .readOnly {
            throw Failure(
                "\(error) A reader, too, writes to lock.mdb, so that the writer spares what is being read; it does "
                    + "without in a copy that lacks the file, or on a file system mounted read-only.",
                category: error.category)
        }
    }

    /// Tells how to say which ledger where there is none.
    private func naming<Opened>(_ body: () throws -> Opened) throws -> Opened {
        do {
            return try body()
        } catch let error as EventLogError where error.code == .notFound {
            throw Failure(
                "\(error) (-l or AGENTLEDGER names it, `agentledger init` makes one)", category: error.category)
        }
    }
}

/// The moment that a question is asked about.
struct MomentOption: ParsableArguments {
    @Option(
        name: .customLong("at"),
        help: ArgumentHelp(
            "Answer as of then: a position, a time (of recording), or end.", valueName: "moment"),
        transform: TimeArgument.moment)
    var given: Moment?

    var moment: Moment { self.given ?? .end }
}
