import LedgerDomain

/// Requests to be executed together, in order, and what asked for each.
package final class RequestBatch {
    package private(set) var requests: [CommandRequest] = []
    package private(set) var origins: [Origin] = []

    /// Where a request comes from.
    package struct Origin: Sendable {
        package var place: Place
        package var part: Part
        /// Of a span or log record: the trace that waits for assembly if it is new.
        package var trace: TraceAssemblyID?
        /// Why something was refused, for a request that puts a refusal on record.
        package var refusal: String?
        /// How many secrets were masked in what is recorded.
        package var maskedSecrets: Int

        package init(
            place: Place, part: Part, trace: TraceAssemblyID? = nil, refusal: String? = nil, maskedSecrets: Int = 0
        ) {
            self.place = place
            self.part = part
            self.trace = trace
            self.refusal = refusal
            self.maskedSecrets = maskedSecrets
        }
    }

    package enum Place: Hashable, Sendable {
        /// Of a file, from 1.
        case line(Int)
        /// Of a platform's table, by the values of its key.
        case row(table: String, key: String)
        /// What was derived from a trace, by its hexadecimal id.
        case trace(String)
    }

    package enum Part: Sendable {
        /// Tells what became of a whole span or line.
        case main
        /// Brings about what others need. It is no news when a later state than it asks for stands already.
        case preparation
        case addition
    }

    /// - Parameter capacity: how many requests are expected.
    package init(capacity: Int = 0) {
        self.requests.reserveCapacity(capacity)
        self.origins.reserveCapacity(capacity)
    }

    package var count: Int { self.requests.count }

    package func append(_ request: CommandRequest, line: Int, _ part: Part) {
        self.append(request, place: .line(line), part)
    }

    package func append(_ request: CommandRequest, place: Place, _ part: Part) {
        self.append(request, Origin(place: place, part: part))
    }

    package func append(_ request: CommandRequest, _ origin: Origin) {
        self.requests.append(request)
        self.origins.append(origin)
    }
}
