import Testing

@Suite("Clocks that contradict each other")
struct ClockTests {
    private static func run(_ id: String, from start: String, to end: String) -> String {
        func command(_ name: String, _ time: String, _ more: String = "") -> String {
            """
            {"command":"workflow_execution.\(name)","actor":"system:test","occurred_at":"2025-08-01T\(time)Z",\
            "data":{"execution_id":"0198c000-0000-7000-8000-0000000000\(id)"\(more)}}

            """
        }
        return command("queue", "09:30:00", #","workflow_id":"\#(Tool.workflow)""#) + command("dispatch", start)
            + command("start", start) + command("complete", end)
    }

    @Test("a run that ends before it starts is kept and marked, has no duration, and counts in no average")
    func endBeforeStart() throws {
        let tool = try Tool.withLedger()
        let commands =
            Self.run("11", from: "10:00:00", to: "10:00:02") + Self.run("12", from: "10:00:00", to: "09:59:00")
        let answer = try tool("import", "-", input: commands)
        #expect(
            answer.status == 0 && answer.error.contains("0 refused") || answer.out.contains("0 refused"), "\(answer)")
        let runs = try tool(
            "query", "--format", "csv",
            "SELECT status, duration_ms, ends_before_start FROM workflow_executions ORDER BY id")
        #expect(runs.out == "status,duration_ms,ends_before_start\ncompleted,2000,0\ncompleted,,1\n")
        let workflow = try tool(
            "query", "--format", "csv", "SELECT successful_executions, average_duration FROM workflows")
        #expect(workflow.out == "successful_executions,average_duration\n2,2000.0\n")
        let timeline = try tool("timeline", "workflow_execution", "0198c000-0000-7000-8000-000000000012")
        #expect(timeline.out.contains("completed: ends_before_start, by the sources' clocks\n"), "\(timeline.out)")
        #expect(timeline.out.contains(/attempt 1 +30:00 +\|/) && !timeline.out.contains(#/ -\d/#), "\(timeline.out)")
    }
}
