import LedgerDomain
import LedgerEvents

extension RowMaker {
    /// The workflow that a run is one of: by the name of its workflow or agent, never by an operation, a URL or an id.
    func workflowName(_ index: Int) -> String {
        let run = self.runs.runs[index]
        let main = self.span(run.main)
        if run.isConversation || main.log != nil { return main.source.service }
        if run.traces.count > 1 { return self.soleName(index) ?? main.source.service }
        if let workflow = run.places.first(where: { self.forest.roles[$0] == .workflow }) {
            return self.forest.workflowName(of: workflow)
        }
        if let name = main.workflowName { return SpanName.withoutIDs(name) }
        switch self.forest.roles[run.main] {
        case .agent:
            let part = self.agents.part[run.main]
            return part < 0 ? main.source.service : self.agents.parts[part].name
        case .modelCall, .toolCall: return self.soleName(index) ?? main.source.service
        case .workflow, .chain: return self.forest.workflowName(of: run.main)
        case .namedAgent, .usageReport, .step, .setup, .handshake, .passing, .other:
            return self.nameOfOther(main, index)
        }
    }

    private func nameOfOther(_ main: SpanReading, _ index: Int) -> String {
        // What stands below a parent that never arrived is not what the run is called.
        if main.isWebRequest || SpanName.isRequest(main.name) || main.parent != nil {
            return self.soleName(index) ?? SpanName.route(main) ?? main.source.service
        }
        let name = SpanName.cleaned(main.name)
        return name.isEmpty || name.contains("://") ? self.soleName(index) ?? main.source.service : name
    }

    /// The name of the outermost agents of a run, where all have the same.
    private func soleName(_ run: Int) -> String? {
        var name: String?
        for (index, part) in self.agents.parts.enumerated() where self.runOfPart[index] == run {
            if part.parent >= 0, self.runOfPart[part.parent] == run { continue }
            if let name, name != part.name { return nil }
            name = part.name
        }
        return name
    }
}
