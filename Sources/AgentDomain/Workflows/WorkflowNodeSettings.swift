import LedgerEvents

/// What a node does among the others.
public enum WorkflowNodeRole: String, Enumeration {
    case coordinator, specialist, analyzer, custom

    @usableFromInline package static var defaultValue: WorkflowNodeRole { .specialist }
}

/// What a node is called and what it works with. Stands among the fields of what has it, from number 20 on.
public struct WorkflowNodeSettings: Record, Equatable {
    /// Unique in the workflow.
    public var name = ""
    public var role = WorkflowNodeRole.specialist
    /// The agent that does the work, where it is one of its own.
    public var agent: AgentID?
    /// Nil in a command means gpt-4.
    public var modelName: String?
    /// 0 to 2, two digits after the point. Nil in a command means 0.7.
    public var temperature: ExactDecimal?
    /// Nil in a command means 2048.
    public var maxTokens: Int?
    public var promptTemplate: String?
    public var tools: [String] = []
    /// By the tool's name.
    public var toolConfigs = JSONText.emptyObject
    /// What else it was given: `memory_config` and the like.
    public var configuration = JSONText.emptyObject

    package static let defaultModel = "gpt-4"
    package static let defaultTemperature = ExactDecimal(picos: 700_000_000_000)
    package static let defaultMaxTokens = 2048

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(20, "name", &self.name)
        try v.field(21, "role", &self.role)
        try v.field(22, "agent_id", &self.agent)
        try v.field(23, "model_name", &self.modelName)
        try v.field(24, "temperature", &self.temperature)
        try v.field(25, "max_tokens", &self.maxTokens)
        try v.field(26, "prompt_template", &self.promptTemplate)
        try v.field(27, "tools", &self.tools)
        try v.field(28, "tool_configs", &self.toolConfigs)
        try v.field(29, "configuration", &self.configuration)
    }

    /// Checks what needs no look at other things, and fills in what a command may leave out.
    mutating func settle() throws(Rejection) {
        try Require.name(self.name, "name")
        let model = self.modelName ?? Self.defaultModel
        try Require.name(model, "model_name")
        let temperature = self.temperature ?? Self.defaultTemperature
        guard temperature >= .zero, temperature <= ExactDecimal(2) else {
            throw .invalid("temperature", "is \(temperature); it must lie within 0 and 2")
        }
        guard temperature == temperature.rounded(toDigits: 2) else {
            throw .invalid("temperature", "is \(temperature); it has two digits after the point at most")
        }
        let tokens = self.maxTokens ?? Self.defaultMaxTokens
        guard (1...Int(Int32.max)).contains(tokens) else {
            throw .invalid("max_tokens", "is \(tokens); it must be 1 to \(Int32.max)")
        }
        try Require.names(self.tools, "tools")
        try Require.object(self.toolConfigs, "tool_configs")
        try Require.object(self.configuration, "configuration")
        try Require.noSecret(self.promptTemplate, "prompt_template")
        try Require.noSecrets(in: self.toolConfigs, "tool_configs")
        try Require.noSecrets(in: self.configuration, "configuration")
        self.modelName = model
        self.temperature = temperature
        self.maxTokens = tokens
    }
}
