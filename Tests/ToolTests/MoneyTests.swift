import Foundation
import Testing

/// Money through the built command: cases that once gave a wrong amount.
@Suite("Money in the command")
struct MoneyTests {
    static func fixture(_ name: String) -> String {
        Tool.repository.appendingPathComponent("Tests/Fixtures/cases/\(name)").path
    }

    static let organization = "0198c000-0000-7000-8000-000000000001"
    static let acme = """
        {"command":"organization.create","actor":"system:t","occurred_at":"2024-01-01T00:00:00Z",\
        "data":{"organization_id":"\(organization)","name":"Acme","slug":"acme"}}

        """

    @Test("a price that is finer than what is stored is refused, and none is billed rounded")
    func tinyPrices() throws {
        let tool = try Tool()
        try tool("init")
        let answer = try tool("import", "--format", "commands", Self.fixture("20-tiny-price/in.jsonl"))
        #expect(answer.status == 1)
        for (line, price) in [(2, "0.0000000000005"), (4, "0.0000000000015"), (5, "0.1234567890125")] {
            #expect(answer.error.contains("in.jsonl:\(line): "), "\(answer.error)")
            #expect(answer.error.contains("\"\(price)\" is finer than 0.000000000001"), "\(answer.error)")
        }
        #expect(answer.error.contains("amount 0.0000005 per 1000000 is finer than 0.000000000001 per unit"))
        #expect(try tool("query", "--format", "csv", "SELECT count(*) AS n FROM prices").out == "n\n0\n")
        #expect(try tool("query", "--format", "csv", "SELECT count(*) AS n FROM invoices").out == "n\n0\n")
        // The same line by hand, on an invoice that there is.
        try tool.write(Self.acme + Self.usage("a", "1", 1) + Self.draft("10"), to: "more.jsonl")
        #expect(try tool("import", "more.jsonl").status == 0)
        let line = try tool("import", Self.fixture("20-tiny-price/in-line.jsonl"))
        #expect(line.status == 1 && line.error.contains("\"0.0000000000004\" is finer"), "\(line.error)")
    }

    @Test("an invoice that is credited in full is not overdue, and its credit is in tables and exports")
    func creditNotes() throws {
        let tool = try Tool()
        try tool("init")
        #expect(try tool("import", Self.fixture("31-credit-notes-invisible/in.jsonl")).status == 0)
        #expect(try tool("policies", "run", "--until", "2025-06-01T00:00:00Z").status == 0)
        let columns = "SELECT status, total, credited, due FROM invoices"
        #expect(
            try tool("query", "--format", "csv", columns).out == "status,total,credited,due\nsent,334.99,334.99,0\n")
        let notes = try tool(
            "query", "--format", "csv",
            "SELECT credit_note_number AS number, amount, currency, reason, issued_on FROM credit_notes")
        #expect(
            notes.out == "number,amount,currency,reason,issued_on\nCN1,334.99,USD,\"all of it\",2025-02-02\n",
            "\(notes)")
        let studio = try tool(
            "query", "--schema", "ops_studio", "--format", "csv",
            "SELECT credited, due, json_extract(credit_notes, '$[0].amount') AS note FROM invoices")
        #expect(studio.out == "credited,due,note\n334.99,0,334.99\n", "\(studio)")
        #expect(try tool("export", "--to", "sqlite:a.db").status == 0)
        #expect(try tool("export", "--to", "./a.csv/").status == 0)
        #expect(try tool("export", "--to", "./a.jsonl/", "--format", "jsonl").status == 0)
        #expect(try tool.shell("sqlite3 a.db 'SELECT amount FROM credit_notes'").out == "334.99\n")
        #expect(try tool.shell("cat a.csv/credit_notes.csv a.jsonl/credit_notes.jsonl | grep -c 334.99").out == "2\n")
    }

    @Test("a credit smaller than the smallest coin is refused", arguments: ["0.001", "1e-12"])
    func smallCredits(amount: String) throws {
        let tool = try Tool()
        try tool("init")
        try tool.write(
            Self.acme + Self.usage("a", "1", 1) + Self.draft("10")
                + Self.command("invoice.issue", #""invoice_id":"\#(Self.id("10"))""#),
            to: "in.jsonl")
        #expect(try tool("import", "in.jsonl").status == 0)
        let note = #""invoice_id":"\#(Self.id("10"))","credit_note_number":"C","amount":"\#(amount)","reason":"r""#
        expectFailure(
            try tool("execute", Self.command("invoice.issue_credit_note", note)), "the smallest coin of USD is 0.01")
    }

    @Test("costs in two currencies are all in the tables of every schema that sums costs, whichever came first")
    func twoCurrencies() throws {
        let tool = try Tool()
        try tool("init")
        let (workflow, run, agent, part) = (Self.id("20"), Self.id("21"), Self.id("22"), Self.id("23"))
        func call(_ end: String, _ amount: String, _ currency: String) -> String {
            Self.command(
                "model_call.record",
                #""model_call_id":"\#(Self.id(end))","workflow_execution_id":"\#(run)","agent_execution_id":"\#(part)","#
                    + #""provider":"p","model":"m","input_tokens":1,"output_tokens":1,"#
                    + #""reported_cost":{"amount":"\#(amount)","currency":"\#(currency)"}"#)
        }
        let organization = #""organization_id":"\#(Self.organization)""#
        try tool.write(
            Self.acme
                + Self.command("workflow.create", #""workflow_id":"\#(workflow)",\#(organization),"name":"w""#)
                + Self.command("workflow.activate", #""workflow_id":"\#(workflow)""#)
                + Self.command(
                    "agent.create",
                    #""agent_id":"\#(agent)",\#(organization),"name":"a","slug":"a","llm_config":{"model":"m"}"#
                )
                + Self.command(
                    "workflow_execution.queue", #""execution_id":"\#(run)","workflow_id":"\#(workflow)""#)
                + Self.command("workflow_execution.dispatch", #""execution_id":"\#(run)""#)
                + Self.command("workflow_execution.start", #""execution_id":"\#(run)""#)
                + Self.command(
                    "agent_execution.queue",
                    #""agent_execution_id":"\#(part)","workflow_execution_id":"\#(run)","agent_id":"\#(agent)""#)
                + Self.command("agent_execution.start", #""agent_execution_id":"\#(part)""#)
                + call("30", "0.5", "USD") + call("31", "2", "EUR") + call("32", "0.25", "USD"), to: "in.jsonl")
        let answer = try tool("import", "in.jsonl")
        #expect(answer.status == 0, "\(answer.error)")
        let sums = "'$.EUR.estimated'), json_extract(costs, '$.USD.estimated'"
        func ask(_ table: String, _ schema: String = "ledger") throws -> String {
            try tool(
                "query", "--schema", schema, "--format", "csv", "SELECT json_extract(costs, \(sums)) FROM \(table)"
            ).out.split(separator: "\n").dropFirst().joined()
        }
        for table in ["workflow_executions", "agent_executions", "workflows"] {
            #expect(try ask(table) == "2,0.75", "ledger.\(table)")
            #expect(try ask(table, "ops_studio") == "2,0.75", "ops_studio.\(table)")
        }
        let month = try tool(
            "query", "--format", "csv",
            "SELECT json_extract(costs, '$.EUR.reported'), json_extract(costs, '$.USD.reported'), reported_cost, currency FROM organization_monthly_usage"
        )
        #expect(month.out.split(separator: "\n").last == "2,0.75,,", "\(month)")
        let platform = try tool(
            "query", "--schema", "orchestrator_platform", "--format", "csv",
            "SELECT json_extract(performance_metrics, '$.costs.EUR.estimated'), json_extract(performance_metrics, '$.costs.USD.estimated') FROM workflow_executions"
        )
        #expect(platform.out.split(separator: "\n").last == "2,0.75", "\(platform)")
        let scalar = try tool("query", "--format", "csv", "SELECT estimated_cost, currency FROM workflow_executions")
        #expect(scalar.out.split(separator: "\n").last == ",", "one currency's total would hide the other: \(scalar)")
    }

    @Test("query prints every digit in every format, and adds decimals up exactly")
    func everyDigit() throws {
        let tool = try Tool()
        try tool("init")
        let prices = [
            "1234567.890123456789", "1234567.890123456788", "1234567.5", "0.000000000001", "1234567.500000000001",
        ]
        try tool.write(
            Self.acme + Self.usage("a", "1", 1) + Self.draft("10")
                + prices.enumerated().map { index, price in
                    Self.command(
                        "invoice.add_line",
                        #""invoice_id":"\#(Self.id("10"))","description":"x","quantity":1,"unit_price":"\#(price)","line_number":\#(index + 2)"#
                    )
                }.joined(), to: "in.jsonl")
        #expect(try tool("import", "in.jsonl").status == 0)
        let sql = "SELECT unrounded_amount AS a FROM invoice_lines WHERE description = 'x' ORDER BY line_number"
        #expect(try tool("query", "--format", "csv", sql).out == "a\n" + prices.joined(separator: "\n") + "\n")
        let json = prices.map { #"{"a":\#($0)}"# + "\n" }
        #expect(try tool("query", "--format", "jsonl", sql).out == json.joined())
        #expect(try tool("query", "--json", sql).out == "[\n" + json.joined(separator: ",") + "]\n")
        let table = try tool("query", sql).out
        for price in prices { #expect(table.contains(price), "\(table)") }
        func ask(_ sql: String) throws -> String {
            let answer = try tool("query", "--format", "csv", sql)
            #expect(answer.status == 0, "\(answer.error)")
            return answer.out.split(separator: "\n").dropFirst().joined(separator: " ")
        }
        let lines = "FROM invoice_lines WHERE description = 'x'"
        #expect(try ask("SELECT decimal_sum(unrounded_amount) \(lines)") == "4938270.780246913579")
        #expect(try ask("SELECT decimal_avg(unrounded_amount) \(lines)") == "987654.156049382716")
        #expect(try ask("SELECT median(unrounded_amount) \(lines)") == "1234567.500000000001")
        #expect(
            try ask("SELECT percentile(unrounded_amount, 0), percentile(unrounded_amount, 100) \(lines)")
                == "0.000000000001,1234567.890123456789")
        #expect(try ask("SELECT percentile(line_number, 95), median(line_number) FROM invoice_lines") == "5.75,3.5")
        #expect(try ask("SELECT decimal_add('0.1', '0.2'), decimal_sub(0.3, 0.1), decimal_sum(NULL)") == "0.3,0.2,")
        #expect(try ask("SELECT count(*) \(lines) AND unrounded_amount > 1234567.6") == "2")
        #expect(
            try ask("SELECT decimal_sum(unrounded_amount) = (SELECT decimal_sum(unrounded_amount) \(lines)) \(lines)")
                == "1")
        #expect(
            try ask("SELECT -unrounded_amount, abs(-unrounded_amount) \(lines) AND line_number = 2")
                == "-1234567.890123456789,1234567.890123456789")
        let text = "decimal_text(unrounded_amount)"
        #expect(try ask("SELECT 'costs:' || \(text) \(lines) AND line_number = 3") == "costs:1234567.890123456788")
        #expect(
            try ask("SELECT group_concat(\(text), '+') FROM (SELECT * \(lines) ORDER BY line_number)")
                == prices.joined(separator: "+"))
        #expect(try ask("SELECT decimal_text(NULL), decimal_text(2), decimal_text('0.10')") == ",2,0.1")
        #expect(try ask("SELECT decimal_add('999999999999999999999999', 1)") == "1000000000000000000000000")
        #expect(try tool("query", "SELECT decimal_sum('x')").error.contains("it is not a decimal number"))
        #expect(try tool("query", "SELECT percentile(1, 101)").error.contains("within 0 and 100"))
    }

    @Test("exact sums, averages, medians and percentiles slide over windows")
    func exactWindows() throws {
        let tool = try Tool()
        try tool("init")
        let values = "(VALUES (1, '0.1'), (2, '0.2'), (3, NULL), (4, '1234567.890123456789'))"
        let frame = "OVER (ORDER BY column1 ROWS 1 PRECEDING)"
        let sql = """
            SELECT decimal_sum(column2) \(frame) AS sum, decimal_avg(column2) \(frame) AS average, \
            median(column2) \(frame) AS median, percentile(column2, 100) \(frame) AS most FROM \(values)
            """
        let answer = try tool("query", "--format", "csv", sql)
        #expect(
            answer.out == """
                sum,average,median,most
                0.1,0.1,0.1,0.1
                0.3,0.15,0.15,0.2
                0.2,0.2,0.2,0.2
                1234567.890123456789,1234567.890123456789,1234567.890123456789,1234567.890123456789

                """, "\(answer)")
        let grouped = "SELECT decimal_sum(column2) FROM (VALUES (1, 2)) WHERE column1 > 1 GROUP BY column1"
        #expect(try tool("query", "--format", "csv", grouped).out == "decimal_sum(column2)\n")
        expectFailure(
            try tool("query", "SELECT decimal_sum(column2) \(frame) FROM (VALUES (1, 'x'))"), "not a decimal number")
    }

    // MARK: Repricing

    @Test("other prices bring a record without a price onto one invoice, the first that finds it")
    func repricedOnce() throws {
        let tool = try Tool()
        try tool("init")
        // b has no price when the first invoice is drafted, and is billed on the second.
        try tool.write(
            Self.acme + Self.usage("a", "1", 10) + Self.use("b", 100) + Self.draft("10") + Self.price("b", "1")
                + Self.use("a", 5) + Self.draft("11"), to: "in.jsonl")
        #expect(try tool("import", "in.jsonl").status == 0)
        try tool.write(Self.price("b", "2"), to: "other.jsonl")
        let answer = try tool("replay", "--prices", "other.jsonl", "--json")
        #expect(answer.status == 0, "\(answer.error)")
        let totals = try answer.out.split(separator: "\n").map { try Self.totals(String($0)) }
        #expect(totals == [["10", "210"], ["105", "5"]])
        #expect(answer.error == "2 invoices: 115 USD billed, 215 by other.jsonl, +100\n")
        let second = try tool("replay", "--prices", "other.jsonl", "--invoice", Self.id("11"), "--json")
        #expect(try Self.totals(second.out) == ["105", "5"])
    }

    @Test("usage with a price in another currency is billed in that currency alone, whatever other prices say")
    func repricedInOneCurrency() throws {
        let tool = try Tool()
        try tool("init")
        try tool.write(
            Self.acme + Self.usage("a", "1", 10) + Self.price("b", "3", "EUR") + Self.use("b", 7) + Self.draft("10")
                + Self.draft("11", "EUR"), to: "in.jsonl")
        #expect(try tool("import", "in.jsonl").status == 0)
        try tool.write(Self.price("b", "2") + Self.price("a", "4"), to: "other.jsonl")
        let answer = try tool("replay", "--prices", "other.jsonl", "--json")
        let totals = try answer.out.split(separator: "\n").map { try Self.totals(String($0)) }
        #expect(totals == [["10", "40"], ["21", "21"]], "\(answer)")
        #expect(
            answer.error == """
                1 invoice: 21 EUR billed, 21 by other.jsonl, 0
                1 invoice: 10 USD billed, 40 by other.jsonl, +30

                """, "the invoices of each currency are counted by themselves")
    }

    private static func totals(_ line: String) throws -> [String] {
        let json = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        return ["billed_total", "repriced_total"].map { json[$0] as? String ?? "" }
    }

    // MARK: Commands

    static func id(_ end: String) -> String { "0198c000-0000-7000-8000-0000000000\(end)" }

    static func command(_ name: String, _ data: String, at time: String = "2025-02-01T00:00:00Z") -> String {
        #"{"command":"\#(name)","actor":"system:t","occurred_at":"\#(time)","data":{\#(data)}}"# + "\n"
    }

    static func price(_ type: String, _ amount: String, _ currency: String = "USD") -> String {
        self.command(
            "price.set",
            #""usage_type":"\#(type)","amount":"\#(amount)","per":1,"currency":"\#(currency)","effective_from":"2024-01-01""#
        )
    }

    static func use(_ type: String, _ quantity: Int) -> String {
        self.command(
            "usage_record.record",
            #""organization_id":"\#(Self.organization)","usage_type":"\#(type)","quantity":\#(quantity)"#,
            at: "2025-01-05T00:00:00Z")
    }

    static func usage(_ type: String, _ amount: String, _ quantity: Int) -> String {
        self.price(type, amount) + self.use(type, quantity)
    }

    static func draft(_ end: String, _ currency: String = "USD") -> String {
        self.command(
            "invoice.draft",
            #""invoice_id":"\#(Self.id(end))","organization_id":"\#(Self.organization)","currency":"\#(currency)","#
                + #""period_start":"2025-01-01","period_end":"2025-01-31""#)
    }
}
