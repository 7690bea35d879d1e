import LedgerDomain
import LedgerEvents

/// The commands of one story in the order in which they happen: a run, an invoice, somebody's first day.
struct Script {
    /// The place of the organization that it is about.
    let organization: Int
    /// Whether it is a run of a workflow.
    var isRun = false
    var actor: Principal
    var onBehalfOf: Principal?
    var source: EventSource
    /// When the next command happens.
    var now: Instant
    private(set) var requests: [CommandRequest] = []

    init(organization: Int, from now: Instant, actor: Principal, source: EventSource = .platform) {
        self.organization = organization
        self.now = now
        self.actor = actor
        self.source = source
    }

    /// The next command, `milliseconds` after the one before.
    mutating func add(after milliseconds: Int = 1, _ command: DomainCommand) {
        self.wait(milliseconds: milliseconds)
        var request = CommandRequest(command, actor: self.actor, occurredAt: self.now)
        request.isReport = true
        request.isAhead = true
        request.onBehalfOf = self.onBehalfOf
        request.source = self.source
        self.requests.append(request)
    }

    /// Lets go of the commands.
    mutating func forget() { self.requests = [] }

    /// Gives the last command an idempotency key.
    mutating func key(_ key: String) { self.requests[self.requests.count - 1].idempotencyKey = key }

    mutating func wait(milliseconds: Int) { self.now = self.now.advanced(byMilliseconds: milliseconds) }

    /// Takes back the commands behind the first `count`, for `interleave`.
    mutating func cut(to count: Int) -> [CommandRequest] {
        defer { self.requests.removeSubrange(count...) }
        return Array(self.requests[count...])
    }

    /// Adds what went on at the same time in two places.
    mutating func interleave(_ a: [CommandRequest], _ b: [CommandRequest]) {
        var (a, b) = (a[...], b[...])
        while let first = a.first, let second = b.first {
            if second.occurredAt < first.occurredAt {
                self.requests.append(b.removeFirst())
            } else {
                self.requests.append(a.removeFirst())
            }
        }
        self.requests += a
        self.requests += b
    }
}

extension Instant {
    func advanced(byMilliseconds milliseconds: Int) -> Instant {
        Instant(microseconds: self.microseconds + Int64(milliseconds) * 1000)
    }
}

/// How long things take, in milliseconds.
enum Milliseconds {
    static let second = 1000
    static let minute = 60_000
    static let hour = 3_600_000
    static let day = 86_400_000
}

extension EventSource {
    static let platform = EventSource(channel: "platform")
    static let worker = EventSource(channel: "worker")
    static let web = EventSource(channel: "web")
    static let api = EventSource(channel: "api")
}

extension Principal {
    static let runtime = Principal.system("runtime")
    static let scheduler = Principal.system("scheduler")
    static let billing = Principal.system("billing")
    static let metering = Principal.system("metering")
    static let evaluator = Principal.system("evaluator")
    static let operations = Principal.system("operations")
    static let monitoring = Principal.system("monitoring")
}
