import LedgerDomain
import LedgerEvents

extension SpanReading {
    /// What the attributes of a span say, while they are lent.
    struct Findings {
        var role = SpanRole.other
        var workflowName: String?
        var agentName: String?
        var conversation: String?
        var session: String?
        var endUser: String?
        var route: String?
        var isWebRequest = false
        var call: CallReading?
        var tool: ToolReading?
        var errorType: String?
        var errorMessage: String?
        var isMarkedFailed = false
        var evaluation: [EvaluationReading] = []

        init(_ values: AttributeValues, _ span: TraceSpan, _ source: SourceReading) {
            var operation = ""
            (self.role, operation) = Self.role(values, span, source)
            self.readNames(values, span)
            self.readPersons(values)
            self.errorType = values.text(.errorType)
            self.errorMessage = values.text(.errorMessage)
            self.isMarkedFailed = values.isMarkedFailed
            self.route = values.text(.route)
            self.isWebRequest = self.route != nil || values.raw(.httpMethod) != nil
            if let evaluation = EvaluationReading(values) { self.evaluation = [evaluation] }
            switch self.role {
            case .modelCall, .agent:
                let call = CallReading(
                    values, operation: operation, source: source, name: span.name, isAgent: self.role == .agent)
                // An agent's span is a call only where it reports usage, and no call below it does.
                if self.role == .agent, !call.tokens.isKnown { return }
                call.extra = values.extraJSON
                self.call = call
            case .toolCall:
                self.tool = ToolReading(
                    name: values.text(.toolName) ?? values.text(.entityName), call: values.text(.toolCall),
                    extra: values.extraJSON)
            default: break
            }
        }

        // MARK: Role

        private static func role(
            _ values: AttributeValues, _ span: TraceSpan, _ source: SourceReading
        ) -> (SpanRole, operation: String) {
            for row in source.spanNames where row.fits(span.name) {
                return (row.role, row.role == .modelCall ? "chat" : "")
            }
            let kind = values.kind(.operation)
            let decorator = values.kind(.decorator)
            if let decorator { return Self.decorated(decorator, kind, values, source) }
            if let kind { return Self.role(of: kind, values, source) }
            if values.raw(.operation) == nil || kind == nil, let named = Self.namedOperation(span, values, source) {
                return (.modelCall, named)
            }
            return Self.isCallByItsValues(values) ? (.modelCall, "") : (.other, "")
        }

        private static func role(
            of kind: DialectTable.Kind, _ values: AttributeValues, _ source: SourceReading
        ) -> (SpanRole, operation: String) {
            switch kind.role {
            case .namedAgent: return (values.raw(.agentName) == nil ? .step : .agent, "")
            case .agent where source.traits.contains(.unnamedAgentIsWorkflow) && values.raw(.agentName) == nil:
                return (.chain, "")
            case .step where Self.isCallByItsValues(values):
                return (.modelCall, values.text(.operation) ?? "")
            case .usageReport where values.raw(.operation).map({ ScalarValue.text($0) != "model_call" }) ?? false:
                return (.other, "")
            default: return (kind.role, kind.operation)
            }
        }

        /// Decorators of OpenLLMetry and LangGraph's callbacks: what they say goes before the operation.
        private static func decorated(
            _ decorator: DialectTable.Kind, _ kind: DialectTable.Kind?, _ values: AttributeValues,
            _ source: SourceReading
        ) -> (SpanRole, operation: String) {
            if source.traits.contains(.graphsAreMarked), decorator.role == .workflow || decorator.role == .step,
                let mark = values.text(.agentMark), mark == values.text(.entityName)
            {
                return (.agent, "")
            }
            if let kind, kind.role == .modelCall { return (.modelCall, kind.operation) }
            return (decorator.role, decorator.operation)
        }

        /// The operation at the beginning of a name such as `chat gpt-4.1`, of a scope that names its spans so.
        private static func namedOperation(
            _ span: TraceSpan, _ values: AttributeValues, _ source: SourceReading
        ) -> String? {
            guard source.traits.contains(.nameIsOperation), let kind = DialectIndex.kind(span.name),
                kind.role == .modelCall
            else { return nil }
            return kind.operation
        }

        /// A model that was asked for, with usage, is a request to it, whatever the span is called.
        private static func isCallByItsValues(_ values: AttributeValues) -> Bool {
            values.raw(.requestModel) != nil
                && (values.count(.inputTokens) != nil || values.count(.outputTokens) != nil
                    || values.raw(.usageText) != nil)
        }

        // MARK: Names

        private mutating func readNames(_ values: AttributeValues, _ span: TraceSpan) {
            self.workflowName = values.text(.workflowName)
            switch self.role {
            case .agent: self.agentName = values.text(.agentName) ?? values.text(.entityName)
            case .workflow, .chain:
                self.workflowName = self.workflowName ?? values.text(.entityName) ?? values.text(.agentName)
            default: self.agentName = values.text(.agentName) ?? values.text(.agentMark)
            }
        }

        private mutating func readPersons(_ values: AttributeValues) {
            self.conversation = values.text(.conversation)
            self.session = values.text(.session)
            self.endUser = values.text(.endUser)
            guard self.endUser == nil || self.session == nil, let metadata = values.raw(.metadataText) else { return }
            var found: [String: String] = [:]
            LooseText.leaves(ofValue: metadata) { leaf in
                if leaf.depth == 1, leaf.isText, !leaf.value.isEmpty,
                    leaf.key.equals("user_id") || leaf.key.equals("session_id") || leaf.key.equals("thread_id")
                {
                    found[String(decoding: leaf.key, as: UTF8.self)] = String(decoding: leaf.value, as: UTF8.self)
                }
                return true
            }
            self.endUser = self.endUser ?? found["user_id"]
            self.session = self.session ?? found["session_id"]
            self.conversation = self.conversation ?? found["thread_id"]
        }
    }
}

extension DialectTable.SpanName {
    func fits(_ name: String) -> Bool {
        switch self.match {
        case .exact: name == self.name
        case .prefix: name.hasPrefix(self.name)
        case .suffix: name.hasSuffix(self.name)
        }
    }
}
