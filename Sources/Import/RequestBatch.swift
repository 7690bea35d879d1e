import AgentDomain

/// Requests to be executed together, in order, and what asked for each.
public final class RequestBatch {
    public private(set) var requests: [Request] = []
    public private(set) var origins: [Origin] = []

    /// Where a request comes from.
    public struct Origin: Sendable {
        public var place: Place
        public var part: Part
        /// Of a span or log record: the trace that waits for assembly if it is new.
        public var trace: TraceAssemblyID?
        /// Why something was refused, for a request that puts a refusal on record.
        public var refusal: String?
        /// How many secrets were masked in what is recorded.
        public var maskedSecrets: Int

        public init(
            place: Place, part: Part, trace: TraceAssemblyID? = nil, refusal: String? = nil, maskedSecrets: Int = 0
        ) {
            self.place = place
            self.part = part
            self.trace = trace
            self.refusal = refusal
            self.maskedSecrets = maskedSecrets
        }
    }

    public enum Place: Hashable, Sendable {
        /// Of a file, from 1.
        case line(Int)
        /// Of a platform's table, by the values of its key.
        case row(table: String, key: String)
        /// What was derived from a trace, by its hexadecimal id.
        case trace(String)
    }

    public enum Part: Sendable {
        /// Tells what became of a whole span or line.
        case main
        /// Brings about what others need. It is no news when a later state than it asks for stands already.
        case preparation
        case addition
    }

    /// - Parameter capacity: how many requests are expected.
    public init(capacity: Int = 0) {
        self.requests.reserveCapacity(capacity)
        self.origins.reserveCapacity(capacity)
    }

    public var count: Int { self.requests.count }

    public func append(_ request: Request, line: Int, _ part: Part) {
        self.append(request, place: .line(line), part)
    }

    public func append(_ request: Request, place: Place, _ part: Part) {
        self.append(request, Origin(place: place, part: part))
    }

    public func append(_ request: Request, _ origin: Origin) {
        self.requests.append(request)
        self.origins.append(origin)
    }
}
