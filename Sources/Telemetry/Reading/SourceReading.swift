import LedgerDomain
import LedgerEvents

/// A resource and a scope, read once for all spans that come from them.
package final class SourceReading: Sendable {
    let resource: TraceResourceID
    /// The same as text.
    let process: String
    /// `service.name`, else `unknown`.
    let service: String
    let scope: String
    /// Carried by the requests that the provider's client wrote into traces of their own.
    let clients: TraceJoinID
    let rules: [DialectTable.Scope]
    /// The provider, where a span names none.
    let vendor: String
    let traits: Set<DialectTable.Trait>
    let spanNames: [DialectTable.SpanName]
    /// Dialects whose plain names are meant, by the scope.
    let dialects: Set<Dialect>

    package init(resource: TraceResource, scope: TraceResource) {
        self.resource = resource.id
        self.process = resource.id.description
        self.scope = scope.name
        self.clients = JoinNames.clients(in: resource)
        self.service = Self.service(of: resource.attributes) ?? "unknown"
        let name = scope.name
        self.rules = DialectTable.scopes.filter { name.hasPrefix($0.name) }
        self.traits = Set(self.rules.first?.traits ?? [])
        self.vendor = self.rules.first?.vendor ?? ""
        self.spanNames = DialectTable.spanNames.filter { name.hasPrefix($0.scope) }
        self.dialects = Set(Dialect.allCases.filter { $0.marks.contains { name.hasPrefix($0) } })
    }

    private static func service(of attributes: JSONText) -> String? {
        var service: String?
        try? attributes.reading { reader in
            try reader.object { reader, key in
                if key == "service.name", try reader.kind() == .string {
                    service = try reader.string()
                } else {
                    try reader.skip()
                }
            }
        }
        return service.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The rule for input tokens; nil where the names of the counts decide, or the scope is not known.
    func tokenRule(provider: String) -> InputTokenRule? {
        let provider = provider.lowercased()
        return self.rules.first { $0.provider.isEmpty || provider.contains($0.provider) }?.rule
    }
}

/// The readings of resources and scopes that were made: thousands of spans come from a few of them.
package struct SourceReadings {
    private struct Key: Hashable {
        var resource: TraceResourceID
        var scope: TraceResourceID
    }

    private var made: [Key: SourceReading] = [:]
    private static let most = 4096

    package init() {}

    /// Makes a reading where there is none yet.
    package mutating func reading(
        of resource: TraceResourceID, _ scope: TraceResourceID,
        _ make: () throws -> (resource: TraceResource, scope: TraceResource)
    ) rethrows -> SourceReading {
        let key = Key(resource: resource, scope: scope)
        if let known = self.made[key] { return known }
        let parts = try make()
        let reading = SourceReading(resource: parts.resource, scope: parts.scope)
        if self.made.count == Self.most { self.made.removeAll(keepingCapacity: true) }
        self.made[key] = reading
        return reading
    }
}
