import AgentDomain
import EventSourcing

/// Names that spans of different traces may have in common.
///
/// Made within the organization's namespace, so that no two organizations ever share one.
enum JoinNames {
    static func response(_ id: String) -> String { "response/" + id }
    static func conversation(_ id: String, service: String) -> String { "conversation/\(service)/\(id)" }
    static func linked(_ span: LinkedSpan) -> String { "span/\(span.trace.hexadecimal)/\(span.span)" }
    /// Shared by all requests of a process that the provider's client wrote into traces of their own.
    static func clients(in process: TraceResource) -> TraceJoinID {
        self.id("clients/\(process.id)", in: process.organization)
    }

    /// A request by its process, model, usage and second, seen from one of two sides: by the provider's client in a trace
    /// of its own, or by a framework that knows no response id.
    static func request(_ side: Side, _ process: TraceResourceID, _ model: String, _ usage: String, second: Int)
        -> String
    {
        "request/\(side.rawValue)/\(process)/\(model)/\(usage)/\(second)"
    }

    enum Side: String {
        case client, framework

        var other: Side { self == .client ? .framework : .client }
    }

    static func id(_ name: String, in organization: OrganizationID) -> TraceJoinID {
        TraceJoinID(bits: UUIDv5.named(name, in: organization.bits))
    }
}

extension SpanReading {
    /// What is stored with the span, so that spans of other traces find it.
    public var joins: [TraceJoinID] {
        let names = self.ownNames + self.requestNames(self.requestSide, seconds: 0...0)
        var joins = names.map { JoinNames.id($0, in: self.organization) }
        if self.requestSide == .client { joins.append(self.source.clients) }
        return joins
    }

    /// What to look for in other traces: the same, but a request from its other side, and about the same time.
    /// - Parameter hasClients: whether any span carries a join (`clients`): most processes have no requests that the
    ///   provider's client wrote into traces of their own, and then nothing is looked for.
    public func lookups(hasClients: (TraceJoinID) throws -> Bool) rethrows -> [TraceJoinID] {
        var names = self.ownNames
        switch self.requestSide {
        case nil: break
        case .client: names += self.requestNames(.framework, seconds: -1...1)
        case .framework:
            if try hasClients(self.source.clients) { names += self.requestNames(.client, seconds: -1...1) }
        }
        return names.map { JoinNames.id($0, in: self.organization) }
    }

    /// What both sides name alike.
    private var ownNames: [String] {
        var names: [String] = []
        if let response = self.call?.response { names.append(JoinNames.response(response)) }
        if let name = self.conversationName { names.append(name) }
        if self.role == .passing { names += (self.links + [self.asLinked]).map { JoinNames.linked($0) } }
        return names
    }

    private var asLinked: LinkedSpan { LinkedSpan(trace: self.trace, span: self.span) }

    /// Of a call at the top of its trace: the conversation, else the session, that it belongs to.
    var conversationKey: String? {
        guard self.role == .modelCall, self.parent == nil, self.log == nil else { return nil }
        return self.conversation ?? self.session
    }

    private var conversationName: String? {
        self.conversationKey.map { JoinNames.conversation($0, service: self.source.service) }
    }

    /// From which side the span sees its request, if only time, model and tokens can join it to another trace.
    var requestSide: JoinNames.Side? {
        guard self.role == .modelCall, self.log == nil, let call = self.call else { return nil }
        if self.source.traits.contains(.client), self.parent == nil { return .client }
        return call.response == nil && !self.source.traits.contains(.client) ? .framework : nil
    }

    var requestUsage: String {
        guard let call = self.call, let input = call.tokens.input, let output = call.tokens.output else {
            return self.failure.hasFailed ? "failed" : "any"
        }
        return "\(input)/\(output)"
    }

    private func requestNames(_ side: JoinNames.Side?, seconds: ClosedRange<Int>) -> [String] {
        guard let side, let call = self.call else { return [] }
        var usages = [self.requestUsage]
        // A framework that counts nothing may have seen any request that succeeded.
        if self.requestSide == .client, !self.failure.hasFailed, usages != ["any"] { usages.append("any") }
        let second = self.startNanoseconds / 1_000_000_000
        return call.modelKeys.flatMap { model in
            usages.flatMap { usage in
                seconds.map { JoinNames.request(side, self.source.resource, model, usage, second: second + $0) }
            }
        }
    }
}

extension LogReading {
    public var joins: [TraceJoinID] { self.reading.joins }
    public func lookups(hasClients: (TraceJoinID) throws -> Bool) rethrows -> [TraceJoinID] {
        try self.reading.lookups(hasClients: hasClients)
    }

    /// The trace of a log record that names none: that of its session or conversation, else of its resource.
    public static func traceID(of record: LogRecord) -> TraceID {
        var session: String?
        var conversation: String?
        try? record.attributes.reading { reader in
            try AttributeValues.members(of: &reader) { key, raw in
                switch key {
                case "session.id": session = ScalarValue.text(raw)
                case "conversation.id", "gen_ai.conversation.id": conversation = conversation ?? ScalarValue.text(raw)
                default: break
                }
            }
        }
        let name = (session ?? conversation).map { "log session/\($0)" } ?? "log resource/\(record.resource)"
        return TraceID(bits: UUIDv5.named(name, in: record.organization.bits))
    }
}

/// Compares what two spans of one request call its model: more loosely than prices do (`ModelName`), as time and tokens
/// agree too.
enum ModelSpelling {
    /// Without letter case, provider prefix and date: `openai/GPT-4o-mini-2024-07-18` is `gpt-4o-mini`.
    static func key(_ name: String) -> String {
        var bytes = Array(name.lowercased().utf8)
        if let slash = bytes.lastIndex(of: UInt8(ascii: "/")), slash + 1 < bytes.count { bytes.removeFirst(slash + 1) }
        // `-20240718` or `-2024-07-18` at the end.
        for pattern in ["-dddddddd", "-dddd-dd-dd"] where Self.ends(bytes, with: pattern) {
            bytes.removeLast(pattern.utf8.count)
            break
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func ends(_ bytes: [UInt8], with pattern: String) -> Bool {
        guard bytes.count > pattern.utf8.count else { return false }
        return zip(bytes.suffix(pattern.utf8.count), pattern.utf8).allSatisfy { byte, wanted in
            wanted == UInt8(ascii: "d") ? byte &- UInt8(ascii: "0") < 10 : byte == wanted
        }
    }
}
