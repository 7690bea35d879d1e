import EventSourcing

extension GenAISpan {
    /// What one pass over a span's attributes finds, each thing under all the names that it goes by.
    struct Findings {
        var operation: JSONString?
        var kind: JSONString?
        var workflowName: JSONString?
        var agentName = Preferred<JSONString>()
        var agentID: JSONString?
        var conversationID = Preferred<JSONString>()
        var provider = Preferred<JSONString>()
        var requestModel = Preferred<JSONString>()
        var responseModel: JSONString?
        var toolName = Preferred<JSONString>()
        var toolCallID = Preferred<JSONString>()
        var errorType: JSONString?
        var cost: JSONString?
        var reasons: OTLPValue?
        private var input = Preferred<Int64>()
        private var cacheRead = Preferred<Int64>()
        private var cacheWrite = Preferred<Int64>()
        private var output = Preferred<Int64>()
        private var reasoning = Preferred<Int64>()

        var usage: GenAIUsage? {
            guard
                self.input.value != nil || self.output.value != nil || self.cacheRead.value != nil
                    || self.cacheWrite.value != nil || self.reasoning.value != nil
            else { return nil }
            return GenAIUsage(
                input: self.input.value ?? 0, cacheRead: self.cacheRead.value ?? 0,
                cacheWrite: self.cacheWrite.value ?? 0,
                output: self.output.value ?? 0, reasoning: self.reasoning.value ?? 0)
        }

        mutating func note(_ attribute: OTLPAttribute) {
            let value = attribute.value
            switch attribute.key {
            case "gen_ai.operation.name": self.operation = value.string
            case "gen_ai.workflow.name": self.workflowName = value.string
            case "gen_ai.agent.name": self.agentName.offer(value.string, rank: 0)
            case "gen_ai.agent.id": self.agentID = value.string
            case "gen_ai.conversation.id": self.conversationID.offer(value.string, rank: 0)
            case "gen_ai.provider.name": self.provider.offer(value.string, rank: 0)
            case "gen_ai.system": self.provider.offer(value.string, rank: 1)
            case "gen_ai.request.model": self.requestModel.offer(value.string, rank: 0)
            case "gen_ai.response.model": self.responseModel = value.string
            case "gen_ai.response.finish_reasons": self.reasons = value
            case "gen_ai.tool.name": self.toolName.offer(value.string, rank: 0)
            case "gen_ai.tool.call.id": self.toolCallID.offer(value.string, rank: 0)
            case "gen_ai.usage.cost": self.cost = value.decimalText
            case "error.type": self.errorType = value.string
            default:
                if self.noteTokens(attribute) { return }
                self.noteOpenInference(attribute)
            }
        }

        /// Newer names rank before older ones, the conventions' own before those of others.
        private mutating func noteTokens(_ attribute: OTLPAttribute) -> Bool {
            let value = attribute.value
            switch attribute.key {
            case "gen_ai.usage.input_tokens": self.input.offer(value.int, rank: 0)
            case "gen_ai.usage.output_tokens": self.output.offer(value.int, rank: 0)
            case "gen_ai.usage.cache_read.input_tokens": self.cacheRead.offer(value.int, rank: 0)
            case "gen_ai.usage.cache_read_input_tokens": self.cacheRead.offer(value.int, rank: 1)
            case "gen_ai.usage.input_tokens.cached": self.cacheRead.offer(value.int, rank: 2)
            case "gen_ai.usage.cache_creation.input_tokens": self.cacheWrite.offer(value.int, rank: 0)
            case "gen_ai.usage.cache_creation_input_tokens": self.cacheWrite.offer(value.int, rank: 1)
            case "gen_ai.usage.cache_write_input_tokens": self.cacheWrite.offer(value.int, rank: 2)
            case "gen_ai.usage.reasoning.output_tokens": self.reasoning.offer(value.int, rank: 0)
            case "gen_ai.usage.reasoning_tokens": self.reasoning.offer(value.int, rank: 1)
            case "gen_ai.usage.output_tokens.reasoning": self.reasoning.offer(value.int, rank: 2)
            case "gen_ai.usage.prompt_tokens": self.input.offer(value.int, rank: 1)
            case "gen_ai.usage.completion_tokens": self.output.offer(value.int, rank: 1)
            case "llm.token_count.prompt": self.input.offer(value.int, rank: 3)
            case "llm.token_count.completion": self.output.offer(value.int, rank: 3)
            case "llm.token_count.prompt_details.cache_read": self.cacheRead.offer(value.int, rank: 3)
            case "llm.token_count.prompt_details.cache_write": self.cacheWrite.offer(value.int, rank: 3)
            case "llm.token_count.completion_details.reasoning": self.reasoning.offer(value.int, rank: 3)
            default: return false
            }
            return true
        }

        private mutating func noteOpenInference(_ attribute: OTLPAttribute) {
            let value = attribute.value
            switch attribute.key {
            case "openinference.span.kind": self.kind = value.string
            case "agent.name": self.agentName.offer(value.string, rank: 3)
            case "session.id": self.conversationID.offer(value.string, rank: 3)
            case "llm.provider": self.provider.offer(value.string, rank: 3)
            case "llm.system": self.provider.offer(value.string, rank: 4)
            case "llm.model_name": self.requestModel.offer(value.string, rank: 3)
            case "tool.name": self.toolName.offer(value.string, rank: 3)
            case "tool_call.id": self.toolCallID.offer(value.string, rank: 3)
            default: break
            }
        }
    }

    /// The value under the best of its names, in whatever order they come.
    struct Preferred<Value> {
        private(set) var value: Value?
        private var rank = Int.max

        mutating func offer(_ value: Value?, rank: Int) {
            guard let value, rank < self.rank else { return }
            self.value = value
            self.rank = rank
        }
    }
}
