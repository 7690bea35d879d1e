import Testing

@Suite("A writer that waits for another process's lock")
struct LockTests {
    /// Has another process, whose number is in $holder, take the lock of the log's active segment.
    private static let holder = """
        mkfifo in out; /usr/bin/python3 '\(Tool.repository.path)/Tests/Interoperability/hold_lock.py' ledger/log/0*1 <in >out &
        exec 4>in 3<out; read -r holder <&3
        """

    /// Executes a command while another process, stopped or not, has the lock of the log's active segment for 3 s.
    private func execute(holderIs stopped: Bool, _ tool: Tool) throws -> (answer: Tool.Answer, process: String) {
        let answer = try tool.shell(
            """
            \(Self.holder); echo $holder
            \(stopped ? "kill -STOP $holder" : ":")
            (sleep 3; kill -CONT $holder; kill $holder) &
            $agentledger execute '{"command":"workflow.pause","data":{"workflow_id":"\(Tool.workflow)"}}' 4>&- 3<&-
            """)
        let lines = answer.out.split(separator: "\n", maxSplits: 1)
        return (answer, String(try #require(lines.first)))
    }

    @Test("says which process holds it after a second, and goes on when it gets it")
    func running() throws {
        let tool = try Tool.withLedger()
        let (answer, process) = try self.execute(holderIs: false, tool)
        #expect(answer.status == 0, "\(answer)")
        #expect(answer.error.contains("waiting for the writer's lock of "), "\(answer)")
        #expect(answer.error.contains("which process \(process) (/usr/bin/python3 "), "\(answer)")
        #expect(!answer.error.contains("stopped"), "\(answer)")
        #expect(answer.error.split(separator: "waiting for").count == 2, "\(answer)")
    }

    @Test("says that a stopped process holds it, and what to do")
    func stopped() throws {
        let tool = try Tool.withLedger()
        let (answer, process) = try self.execute(holderIs: true, tool)
        #expect(answer.status == 0, "\(answer)")
        #expect(answer.error.contains("it is stopped: continue it (kill -CONT \(process)) or end it"), "\(answer)")
    }

    @Test("waits beside others: to look who holds the lock makes nobody take it for dead")
    func several() throws {
        let tool = try Tool.withLedger()
        let command = #"{"command":"organization.create","data":{"name":"A","slug":"NAME"}}"#
        let answer = try tool.shell(
            """
            \(Self.holder)
            for name in first second third; do
                ($agentledger execute "$(echo '\(command)' | sed "s/NAME/$name/")" > $name.out 2>&1 4>&- 3<&-; echo $? >> $name.out) & waiting="$waiting $!"
                sleep 1.5
            done
            kill $holder; wait $waiting
            tail -n 1 first.out second.out third.out; cat *.out >&2
            """)
        #expect(answer.out.split(separator: "\n").filter { $0 == "0" }.count == 3, "\(answer)")
    }

    @Test("says nothing when it need not wait")
    func free() throws {
        let answer = try Tool.withLedger()(
            "execute", #"{"command":"workflow.pause","data":{"workflow_id":"\#(Tool.workflow)"}}"#)
        #expect(!answer.error.contains("lock"), "\(answer)")
    }
}
