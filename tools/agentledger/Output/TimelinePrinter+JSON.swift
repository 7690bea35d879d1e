import AgentLedger
import LedgerEvents

extension RunTimeline {
    /// Leaves the object open, for what is to be added.
    func encode(_ json: inout JSONWriter) {
        json.beginObject()
        json.key("workflow_execution_id")
        json.string(self.run.description)
        json.key("workflow_id")
        json.string(self.workflow.description)
        json.key("workflow")
        json.string(self.workflowName)
        json.key("status")
        json.string(self.status.rawValue)
        json.key("queued_position")
        json.uint(self.queuedPosition.value)
        json.key("started_position")
        if let position = self.startedPosition { json.uint(position.value) } else { json.null() }
        json.key("start")
        json.string(self.start.description)
        json.key("end")
        json.string(self.end.description)
        json.key("model_calls")
        json.int(self.modelCalls)
        json.key("tool_calls")
        json.int(self.toolCalls)
        json.key("input_tokens")
        json.int(self.inputTokens)
        json.key("output_tokens")
        json.int(self.outputTokens)
        json.key("costs")
        json.beginArray()
        for cost in self.costs { json.string(cost.description) }
        json.endArray()
        json.key("unknown_costs")
        json.int(self.unknownCosts)
        json.key("spans")
        json.beginArray()
        for span in self.spans { span.encode(&json) }
        json.endArray()
    }
}

extension RunTimeline.Span {
    fileprivate func encode(_ json: inout JSONWriter) {
        json.beginObject()
        json.key("kind")
        json.string(self.kind.rawValue)
        json.key("name")
        json.string(self.name)
        json.key("depth")
        json.int(self.depth)
        json.key("id")
        json.string(UUIDText.format(self.id))
        json.key("position")
        json.uint(self.position.value)
        for (key, instant) in [
            ("queued_at", self.queuedAt), ("started_at", self.startedAt), ("ended_at", self.endedAt),
        ] {
            json.key(key)
            (instant?.description).encodeJSON(&json)
        }
        json.key("status")
        json.string(self.status)
        json.key("failed")
        json.bool(self.hasFailed)
        json.key("reason")
        self.reason.encodeJSON(&json)
        json.key("ends_before_start")
        json.bool(self.endsBeforeStart)
        json.key("pauses")
        json.beginArray()
        for pause in self.pauses {
            json.beginObject()
            json.key("from")
            json.string(pause.from.description)
            json.key("to")
            (pause.to?.description).encodeJSON(&json)
            json.endObject()
        }
        json.endArray()
        json.key("input_tokens")
        json.int(self.inputTokens)
        json.key("output_tokens")
        json.int(self.outputTokens)
        json.key("cost")
        (self.cost?.description).encodeJSON(&json)
        json.endObject()
    }
}
