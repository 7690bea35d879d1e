import LedgerEvents

/// What an agent is and does: the part that each revision states in full.
///
/// Its fields stand in the records that hold it, under numbers of their own. Field numbers and names are stored. Add;
/// never rename, reuse or remove.
public struct AgentConfiguration: Hashable, Sendable {
    public var description = ""
    /// Nil in a command means code.
    public var authoring: Authoring?
    public var `protocol` = AgentProtocol.context
    public var framework: Framework?
    public var department = ""
    public var tags: [String] = []
    public var capabilities: [String] = []
    /// The prompt, or what is to be known about the endpoint.
    public var context = ""
    public var ioSchema = JSONText.emptyObject
    /// Where an api or external agent is reached; nil for a context agent.
    public var endpoint: JSONText?
    /// The model and its parameters, of a context agent; `{}` where they are not known.
    public var llmConfig: JSONText?
    public var metadata = JSONText.emptyObject
    /// What the agent gives for its type's parameters.
    public var parameters = JSONText.emptyObject

    package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(20, "description", &self.description)
        try v.field(21, "authoring", &self.authoring)
        try v.field(22, "protocol", &self.protocol)
        try v.field(23, "framework", &self.framework)
        try v.field(24, "department", &self.department)
        try v.field(25, "tags", &self.tags)
        try v.field(26, "capabilities", &self.capabilities)
        try v.field(27, "context", &self.context)
        try v.field(28, "io_schema", &self.ioSchema)
        try v.field(29, "endpoint", &self.endpoint)
        try v.field(30, "llm_config", &self.llmConfig)
        try v.field(31, "metadata", &self.metadata)
        try v.field(32, "config", &self.parameters)
    }

    /// Checks the rules and fills in what a command may leave out.
    mutating func settle() throws(Rejection) {
        self.authoring = self.authoring ?? .code
        switch self.protocol {
        case .context:
            if self.llmConfig == nil {
                throw .invalid("llm_config", "is what a context agent runs on; give {} where it is not known")
            }
            if self.endpoint != nil { throw .invalid("endpoint", "belongs to api and external agents, not to context") }
        case .api, .external:
            let name = self.protocol.rawValue
            if self.endpoint == nil {
                throw .invalid("endpoint", "is where an \(name) agent is reached; it must be given")
            }
            if self.llmConfig != nil { throw .invalid("llm_config", "belongs to context agents, not to \(name)") }
        }
        try Require.names(self.tags, "tags")
        try Require.names(self.capabilities, "capabilities")
        try Require.object(self.ioSchema, "io_schema")
        try Require.object(self.endpoint, "endpoint")
        try Require.object(self.llmConfig, "llm_config")
        try Require.object(self.metadata, "metadata")
        try Require.object(self.parameters, "config")
        try self.requireNoSecrets()
    }

    private func requireNoSecrets() throws(Rejection) {
        try Require.noSecret(self.description, "description")
        try Require.noSecret(self.context, "context")
        try Require.noSecrets(in: self.ioSchema, "io_schema")
        try Require.noSecrets(in: self.endpoint, "endpoint")
        try Require.noSecrets(in: self.llmConfig, "llm_config")
        try Require.noSecrets(in: self.metadata, "metadata")
        try Require.noSecrets(in: self.parameters, "config")
    }
}
