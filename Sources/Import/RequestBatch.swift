import AgentDomain

/// Requests to be executed together, in order, and what asked for each.
public final class RequestBatch {
    public private(set) var requests: [Request] = []
    public private(set) var origins: [Origin] = []

    /// Where a request comes from.
    public struct Origin: Sendable {
        public var place: Place
        public var part: Part
    }

    public enum Place: Hashable, Sendable {
        /// Of a file, from 1.
        case line(Int)
        /// Of a platform's table, by the values of its key.
        case row(table: String, key: String)
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
        self.requests.append(request)
        self.origins.append(Origin(place: place, part: part))
    }
}
