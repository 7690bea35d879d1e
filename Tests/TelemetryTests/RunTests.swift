import LedgerDomain
import LedgerEvents
import LedgerTelemetry
import Testing

@Suite("Runs and agents")
struct RunTests {
    private static let workflow = #""gen_ai.operation.name":"invoke_workflow","gen_ai.workflow.name":"Research""#

    @Test("a trace is a run of its workflow, with its agents and calls")
    func trace() {
        var spans = Spans()
        spans.add(1, "invoke_workflow Research", 0...10_000, Self.workflow + #","keep":"me""#)
        spans.add(2, in: 1, "invoke_agent helper", 1000...9000, Spans.agent)
        spans.add(3, in: 2, "step", 1100...1500)
        spans.add(4, in: 3, "chat m", 1200...1400, Spans.chat())
        spans.add(5, in: 2, "chat m", 12_000...15_000, Spans.chat(1000, 100))
        spans.add(6, in: 2, "execute_tool t", 4000...5000, Spans.tool("t", call: "c1"))
        let rows = spans.rows()
        #expect(rows.runs.map(\.workflow) == ["Research"])
        #expect(rows.runs.first?.id == WorkflowExecutionID(bits: 1))
        #expect(rows.runs.first?.metadata.text == #"{"keep":"me"}"#)
        #expect(rows.runs.first?.completedAt == Instant(microseconds: Int64(Spans.epoch + 10) * 1_000_000))
        #expect(rows.agentExecutions.map(\.agent) == ["helper"])
        let agent = AgentExecutionID(bits: SourceIdentity.span(SpanID(2), of: 1))
        #expect(rows.modelCalls.map(\.fact.agentExecution) == [agent, agent])
        #expect(rows.toolCalls.map(\.fact.agentExecution) == [agent])
        #expect(rows.toolCalls.first?.fact.externalCall == "c1")
        #expect(rows.logLines.map(\.fact.message) == ["step"])
    }

    @Test("a workflow inside another is an inner run, and has what is inside of it")
    func innerRun() {
        var spans = Spans()
        spans.add(1, "a", 0...1000, Self.workflow)
        spans.add(
            2, in: 1, "b", 100...900, #""gen_ai.operation.name":"invoke_workflow","gen_ai.workflow.name":"Inner""#)
        spans.add(3, in: 2, "chat m", 200...300, Spans.chat())
        let rows = spans.rows()
        #expect(rows.runs.map(\.workflow) == ["Research", "Inner"])
        #expect(rows.runs.last?.parent == rows.runs.first?.id)
        #expect(rows.modelCalls.first?.fact.workflowExecution == rows.runs.last?.id)
    }

    @Test("a web request around a workflow is the same run")
    func webRequest() {
        var spans = Spans()
        spans.add(1, "POST /chat/{conv}", 0...1000, kind: 2, #""http.route":"/chat/{conv}""#)
        spans.add(2, in: 1, "w", 100...900, Self.workflow)
        spans.add(3, in: 2, "chat m", 200...300, Spans.chat())
        #expect(spans.rows().runs.map(\.workflow) == ["Research"])
    }

    @Test(
        "a workflow's name is no operation, URL or id",
        arguments: [
            ("Crew_7c6ec54d-9df7-42ee-8922-e28a1d5a52f6.kickoff", #""openinference.span.kind":"CHAIN""#, "Crew"),
            ("invoke_agent helper", Spans.agent, "helper"),
            ("POST /chat/{conv}", #""http.route":"/chat/{conv}""#, "POST /chat/{conv}"),
            ("GET https://example.com/users/123?x=1", #""http.request.method":"GET""#, "acme"),
            ("POST", #""http.request.method":"POST""#, "acme"),
            ("nightly report", "", "nightly report"),
            ("chat m", Spans.chat(), "acme"),
        ])
    func names(span: String, attributes: String, workflow: String) {
        var spans = Spans()
        spans.add(1, span, attributes)
        #expect(spans.rows().runs.map(\.workflow) == [workflow])
    }

    @Test("names longer than 255 characters end with a hash of the whole")
    func longNames() {
        var spans = Spans()
        spans.add(1, "w", Spans.agent(String(repeating: "a", count: 300)))
        spans.add(1, trace: 2, "w", Spans.agent(String(repeating: "a", count: 301)))
        let names = spans.rows().runs.map(\.workflow)
        #expect(names.map(\.count) == [255, 255])
        #expect(Set(names).count == 2)
    }

    @Test("making agents and handshakes are no runs")
    func noRuns() {
        var spans = Spans()
        spans.add(1, "create_agent helper", #""gen_ai.operation.name":"create_agent","gen_ai.agent.name":"helper""#)
        spans.add(1, trace: 2, "workflow.build")
        spans.add(1, trace: 3, scope: "mcp-python-sdk", "MCP send initialize", kind: 3)
        spans.add(2, in: 1, trace: 3, scope: "mcp-python-sdk", "initialize", kind: 2)
        #expect(spans.rows() == AssembledRows())
    }

    @Test("direct calls of one conversation are one run, named after the service")
    func conversation() {
        var spans = Spans()
        for trace in UInt128(1)...3 {
            let start = Int(trace) * 1000
            spans.add(
                1, trace: trace, "chat m", start...(start + 500), Spans.chat() + #","session.id":"s1","user.id":"u""#)
        }
        spans.add(1, trace: 4, "chat m", 5000...5500, Spans.chat() + #","session.id":"s2""#)
        let rows = spans.rows()
        #expect(rows.runs.count == 2)
        #expect(rows.runs.map(\.workflow) == ["acme", "acme"])
        #expect(rows.runs.first?.session == "s1")
        #expect(rows.runs.first?.endUser == "u")
        #expect(rows.runs.first?.trace == TraceID(bits: 1))
        #expect(rows.modelCalls.count == 4)
        #expect(rows.logLines.isEmpty)
        let spansOfRun = spans.spans.prefix(3)
        #expect(Set(spansOfRun.flatMap(\.joins)).intersection(spansOfRun[0].lookups { _ in true }).isEmpty == false)
    }

    // MARK: Agents

    @Test("an agent directly inside the same agent is one execution; through a tool it is another")
    func nestedAgents() {
        func count(_ between: String, _ inner: String = "helper") -> Int {
            var spans = Spans()
            spans.add(1, "invoke_agent helper", 0...1000, Spans.agent)
            spans.add(2, in: 1, "between", 100...900, between)
            spans.add(3, in: 2, "invoke_agent helper", 200...800, Spans.agent(inner))
            return spans.rows().agentExecutions.count
        }
        #expect(count("") == 1)
        #expect(count("", "other") == 2)
        #expect(count(Spans.tool("delegate")) == 2)
        #expect(count(Spans.chat()) == 2)
    }

    @Test("tasks are no agents")
    func tasks() {
        var spans = Spans()
        spans.add(1, "Find the weather.task", #""traceloop.span.kind":"task","gen_ai.operation.name":"invoke_agent""#)
        #expect(spans.rows().agentExecutions.isEmpty)
    }

    @Test("tools: the same use nested is one, another tool inside is another")
    func nestedTools() {
        func count(_ outer: String, _ inner: String) -> Int {
            var spans = Spans()
            spans.add(1, "agent", Spans.agent)
            spans.add(2, in: 1, "tool", outer)
            spans.add(3, in: 2, "MCP send tools/call x", kind: 3)
            spans.add(4, in: 3, "tool", kind: 2, inner)
            return spans.rows().toolCalls.count
        }
        #expect(count(Spans.tool("get_weather"), Spans.tool("get_weather")) == 1)
        #expect(count(Spans.tool("Travel-get_weather"), Spans.tool("get_weather")) == 1)
        #expect(count(Spans.tool("get_weather"), Spans.tool("weather")) == 2)
        #expect(count(Spans.tool("t", call: "c1"), Spans.tool("t", call: "c2")) == 2)
        #expect(count(Spans.tool("t", call: "c1"), Spans.tool("u", call: "c1")) == 1)
    }

    // MARK: Ends

    @Test("a service below a remote parent ends its run as its span ended")
    func remoteParent() {
        var spans = Spans()
        spans.add(2, in: 1, "POST /run", 100...700, kind: 2)
        spans.add(3, in: 2, "chat m", 200...300, Spans.chat())
        spans.add(2, in: 1, trace: 2, "invoke_agent helper", 100...700, status: .error, message: "no", Spans.agent)
        let runs = spans.rows().runs
        #expect(runs.map(\.hasFailed) == [false, true])
        #expect(runs.map(\.errorCode) == [nil, nil])
        #expect(runs.allSatisfy { $0.completedAt == Instant(microseconds: Int64(Spans.epoch) * 1_000_000 + 700_000) })
    }

    @Test("a run of which only inner spans arrived was interrupted at the end of its last span")
    func interrupted() {
        var spans = Spans()
        spans.add(2, in: 1, "chat m", 200...300, Spans.chat() + #","gen_ai.agent.name":"helper""#)
        spans.add(3, in: 1, "execute_tool t", 400...800, Spans.tool("t"))
        let rows = spans.rows()
        #expect(rows.runs.first?.hasFailed == true)
        #expect(rows.runs.first?.errorCode == "interrupted")
        #expect(rows.runs.first?.completedAt == Instant(microseconds: Int64(Spans.epoch) * 1_000_000 + 800_000))
        // The agent's own span never arrived, but its calls name it.
        #expect(rows.agentExecutions.map(\.agent) == ["helper"])
        #expect(rows.agentExecutions.first?.id.bits == SourceIdentity.span(SpanID(1), of: 1))
        #expect(rows.toolCalls.first?.fact.agentExecution == rows.agentExecutions.first?.id)
    }

    @Test("a root that knows of no failure, and an agent that ended the run with one")
    func conflict() {
        func run(later: Bool) -> AssembledRun? {
            var spans = Spans()
            spans.add(1, "w", 0...1000, status: .ok, Self.workflow)
            spans.add(2, in: 1, "a", 100...500, status: .error, message: "no such airport", Spans.agent)
            if later { spans.add(3, in: 1, "b", 600...900, Spans.agent("second")) }
            return spans.rows().runs.first
        }
        #expect(run(later: false)?.hasFailed == true)
        #expect(run(later: false)?.statusConflict == "root OK, agent failed")
        #expect(run(later: false)?.errorMessage == "no such airport")
        #expect(run(later: true)?.hasFailed == false)
    }

    @Test("an exception at the end is a failure, whatever the status says; one in the middle is not")
    func exceptions() {
        func call(at milliseconds: Int, escaped: String = "False") -> ModelCall? {
            var spans = Spans()
            let time = Spans.epoch * 1_000_000_000 + milliseconds * 1_000_000
            spans.add(
                1, "chat m", 0...1000, status: .ok,
                events:
                    #"[{"name":"exception","time_unix_nano":\#(time),"attributes":{"exception.type":"openai.RateLimitError","exception.message":"slow down","exception.escaped":"\#(escaped)"}}]"#,
                Spans.chat(nil, nil))
            return spans.rows().modelCalls.first?.fact
        }
        #expect(call(at: 1000)?.errorType == "openai.RateLimitError")
        #expect(call(at: 1000)?.errorMessage == "slow down")
        #expect(call(at: 500)?.errorType == nil)
        #expect(call(at: 500, escaped: "true")?.errorType == "openai.RateLimitError")
    }

    @Test("messages are cut at 2,000 characters")
    func longMessage() {
        var spans = Spans()
        spans.add(1, "a", status: .error, message: String(repeating: "x", count: 5000), Spans.agent)
        #expect(spans.rows().runs.first?.errorMessage?.count == 2000)
    }

    @Test("parents that lead to each other, and 20,000 spans in each other, come to an end")
    func deep() {
        var spans = Spans()
        spans.add(1, in: 2, "a", Spans.agent)
        spans.add(2, in: 1, "b", Spans.agent("other"))
        spans.add(3, in: 3, "c", Spans.chat())
        #expect(spans.rows().agentExecutions.count == 2)
        var nested = Spans()
        for index in UInt64(1)...20_000 {
            nested.add(
                index, in: index == 1 ? nil : index - 1, "n",
                index % 3 == 0 ? Spans.chat() : index % 3 == 1 ? Spans.agent("a\(index % 7)") : Self.workflow)
        }
        #expect(nested.rows().runs.isEmpty == false)
        var wide = Spans()
        wide.add(1, "root", Spans.agent)
        for index in UInt64(2)...20_000 { wide.add(index, in: 1, scope: "s\(index % 2)", "chat", Spans.chat(nil, nil)) }
        #expect(wide.rows().modelCalls.isEmpty == false)
    }

    @Test("times at the ends of their range end nothing")
    func extremeTimes() {
        var spans = Spans()
        spans.add(1, "a", Spans.agent)
        let ends = [0, 1, Int.max - 1, Int.max]
        var id: UInt64 = 2
        for start in ends {
            for end in ends {
                for content in [Spans.chat(nil, nil), Spans.chat(id: "r"), Spans.tool("t"), ""] {
                    let events =
                        #"[{"name":"exception","time_unix_nano":-9223372036854775808},{"name":"exception","time_unix_nano":9223372036854775807}]"#
                    spans.add(exactly: id, in: 1, scope: "s\(id % 3)", start, end, events: events, content)
                    id += 1
                }
            }
        }
        #expect(spans.rows().toolCalls.count == 16)
        #expect(spans.spans.flatMap { $0.lookups { _ in true } }.isEmpty == false)
    }

    @Test("evaluations: labels without a score, and scores on any scale")
    func evaluations() {
        var spans = Spans()
        func event(_ attributes: String) -> String {
            #"{"name":"gen_ai.evaluation.result","attributes":{"gen_ai.evaluation.name":"e",\#(attributes)}}"#
        }
        let events = [
            event(#""gen_ai.evaluation.score.label":"pass""#), event(#""gen_ai.evaluation.score.value":0.25"#),
            event(#""gen_ai.evaluation.score.value":5,"gen_ai.evaluation.score.label":"fail""#),
        ]
        spans.add(1, "a", events: "[\(events.joined(separator: ","))]", Spans.agent)
        let facts = spans.rows().evaluations.map(\.fact).sorted { $0.reportedScore ?? "" < $1.reportedScore ?? "" }
        #expect(facts.map(\.score) == [nil, ExactDecimal(25), ExactDecimal(5)])
        #expect(facts.map(\.passed) == [true, nil, false])
        #expect(facts.map(\.reportedScore) == [nil, "0.25", "5"])
    }
}
