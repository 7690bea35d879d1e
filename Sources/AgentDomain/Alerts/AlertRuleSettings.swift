import LedgerEvents

/// How much an alert matters.
public enum AlertSeverity: String, Enumeration {
    case info, warning, critical

    @usableFromInline package static var defaultValue: AlertSeverity { .warning }
}

/// What a rule waits for and whom it tells. Stands among the fields of what has it, from number 20 on.
public struct AlertRuleSettings: Record, Equatable {
    public var name = ""
    public var description: String?
    /// An `AlertCondition`, as it was given.
    public var conditions = JSONText.emptyObject
    public var severity = AlertSeverity.warning
    /// Where alerts are told, by kind of channel: `{"email":"ada@example.org","slack":["#alerts","#on-call"]}`.
    public var channels = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(20, "name", &self.name)
        try v.field(21, "description", &self.description)
        try v.field(22, "conditions", &self.conditions)
        try v.field(23, "severity", &self.severity)
        try v.field(24, "channels", &self.channels)
    }

    func check() throws(Rejection) {
        try Require.name(self.name, "name")
        _ = try AlertCondition(self.conditions)
        try Require.object(self.channels, "channels")
        try Require.noSecrets(in: self.channels, "channels")
        try self.checkChannels()
    }

    private func checkChannels() throws(Rejection) {
        do {
            try self.channels.reading { reader in
                try reader.object { reader, channel in
                    switch try reader.kind() {
                    case .string: try Self.checkAddress(reader.string(), of: channel.string)
                    case .array: try reader.array { try Self.checkAddress($0.string(), of: channel.string) }
                    case .object, .number, .bool, .null: throw Self.refusal(channel.string)
                    }
                }
            }
        } catch let rejection as Rejection {
            throw rejection
        } catch {
            throw .invalid("channels", "must give each channel an address or a list of addresses: \(error)")
        }
    }

    private static func checkAddress(_ address: String, of channel: String) throws {
        if address.isEmpty { throw self.refusal(channel) }
        if channel == "email" { try Require.email(address, "channels.email") }
        if channel == "webhook" { try Require.url(address, "channels.webhook") }
    }

    private static func refusal(_ channel: String) -> Rejection {
        .invalid("channels", "must give \"\(channel)\" an address or a list of addresses, such as \"#alerts\"")
    }
}
