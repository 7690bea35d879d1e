import AgentLedger
import ArgumentParser
import LedgerDomain
import LedgerEvents

struct TimelineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Draw a run on the axis of time.",
        discussion: """
            Each attempt with the time that it waited and ran, and in it the agents' parts, model calls and tool calls, \
            with tokens and cost so far; what failed is bold and says why. Times are those of the sources' clocks. \
            With --at, the run as it was then; with --context, the workflow and the agents as they were configured when \
            it was started.

            EXAMPLES:
              agentledger timeline workflow_execution ID
              agentledger timeline workflow_execution ID --at 1000
              agentledger timeline workflow_execution ID --context --json
            """)

    @OptionGroup var thing: ThingArguments

    @Flag(help: "Show the configuration that was in force when the run was started.")
    var context = false

    @OptionGroup var at: MomentOption
    @OptionGroup var options: LedgerOptions

    func run() throws {
        guard self.thing.kind == WorkflowExecution.kind else {
            throw ValidationError(
                "a timeline is of \(WorkflowExecution.kind.withArticle); \(self.thing.kind) is another kind")
        }
        let reader = try self.options.reader()
        let position = try reader.position(of: self.at.moment)
        let id = try self.thing.id(in: reader, at: self.at.moment)
        let run = WorkflowExecutionID(bits: id.thing)
        guard let timeline = try reader.timeline(of: run, at: .position(position)) else {
            throw ThingArguments.missing(self.thing.kind, id, at: position, self.options)
        }
        Pager.start()
        if self.options.json {
            var json = JSONWriter()
            timeline.encode(&json)
            if self.context {
                json.key("context")
                try Self.encode(try reader.context(of: timeline), &json)
            }
            json.endObject()
            return try Output.standard.print(json.text)
        }
        try TimelinePrinter(timeline).print()
        guard self.context else { return }
        let context = try reader.context(of: timeline)
        var json = JSONWriter(pretty: true)
        try Self.encode(context, &json)
        try Output.standard.print("\n" + Style.bold("in force at position \(context.position)"))
        try Output.standard.print(json.text)
    }

    private static func encode(
        _ context: (position: Position, workflow: Workflow?, agents: [Agent]), _ json: inout JSONWriter
    ) throws {
        json.beginObject()
        json.key("position")
        json.uint(context.position.value)
        json.key("workflow")
        if let workflow = context.workflow { json.record(workflow) } else { json.null() }
        json.key("agents")
        json.beginArray()
        for agent in context.agents { json.record(agent) }
        json.endArray()
        json.endObject()
    }
}
