import LedgerDomain
import LedgerEvents

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
    static func request(_ side: Side, _ process: String, _ model: String, _ usage: String, second: Int) -> String {
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
    package var joins: [TraceJoinID] {
        let side = self.requestSide
        var joins: [TraceJoinID] = []
        for name in self.ownNames { joins.append(JoinNames.id(name, in: self.organization)) }
        for name in self.requestNames(side, seconds: 0...0) { joins.append(JoinNames.id(name, in: self.organization)) }
        if side == .client { joins.append(self.source.clients) }
        return joins
    }

    /// What to look for in other traces: the same, but a request from its other side, and about the same time.
    /// - Parameter hasClients: whether any span carries a join (`clients`): most processes have no requests that the
    ///   provider's client wrote into traces of their own, and then nothing is looked for.
    package func lookups(hasClients: (TraceJoinID) throws -> Bool) rethrows -> [TraceJoinID] {
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
        let process = self.source.process
        var usages = [self.requestUsage]
        // A framework that counts nothing may have seen any request that succeeded.
        if self.requestSide == .client, !self.failure.hasFailed, usages != ["any"] { usages.append("any") }
        let second = self.startNanoseconds / 1_000_000_000
        var names: [String] = []
        for model in call.modelKeys {
            for usage in usages {
                for distance in seconds {
                    names.append(JoinNames.request(side, process, model, usage, second: second + distance))
                }
            }
        }
        return names
    }
}

extension LogReading {
    package var joins: [TraceJoinID] { self.reading.joins }
    package func lookups(hasClients: (TraceJoinID) throws -> Bool) rethrows -> [TraceJoinID] {
        try self.reading.lookups(hasClients: hasClients)
    }

    /// The trace of a log record that names none: that of its session or conversation, else of its resource.
    package static func traceID(of record: LogRecord) -> TraceID {
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
        let name = name.lowercased()
        var key = name.utf8[...]
        if let slash = key.lastIndex(of: UInt8(ascii: "/")), key.index(after: slash) < key.endIndex {
            key = key[key.index(after: slash)...]
        }
        // `-20240718` or `-2024-07-18` at the end.
        for pattern: StaticString in ["-dddddddd", "-dddd-dd-dd"] where Self.ends(key, with: pattern) {
            key = key.dropLast(pattern.utf8CodeUnitCount)
            break
        }
        return key.count == name.utf8.count ? name : String(Substring(key))
    }

    private static func ends(_ name: Substring.UTF8View, with pattern: StaticString) -> Bool {
        guard name.count > pattern.utf8CodeUnitCount else { return false }
        let wanted = UnsafeBufferPointer(start: pattern.utf8Start, count: pattern.utf8CodeUnitCount)
        return zip(name.suffix(wanted.count), wanted).allSatisfy { byte, wanted in
            wanted == UInt8(ascii: "d") ? byte &- UInt8(ascii: "0") < 10 : byte == wanted
        }
    }
}
