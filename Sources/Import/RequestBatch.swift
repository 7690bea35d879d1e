import AgentDomain

/// Requests to be executed together, in order, and which line asked for each.
public final class RequestBatch {
    public private(set) var requests: [Request] = []
    public private(set) var origins: [Origin] = []

    /// Where a request comes from.
    public struct Origin: Sendable {
        public var line: Int
        public var part: Part
    }

    public enum Part: Sendable {
        /// Tells what became of a whole span or line.
        case main
        /// Brings about what others need. It is no news when a later state than it asks for stands already.
        case preparation
        case addition
    }

    public init() {}

    public var count: Int { self.requests.count }

    public func append(_ request: consuming Request, line: Int, _ part: Part) {
        self.requests.append(request)
        self.origins.append(Origin(line: line, part: part))
    }
}
