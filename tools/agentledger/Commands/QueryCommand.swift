import AgentLedger
import ArgumentParser
import LedgerExporters

struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Ask in SQL, as of now or any past moment.",
        discussion: """
            One SELECT, in SQLite's SQL, over the tables that `agentledger schema markdown` describes. In tables, ∅ \
            is NULL. Nothing is copied: a look-up by an id, such as that of a workflow execution, costs what it finds, \
            and EXPLAIN QUERY PLAN tells how rows are found. Times compare as times, with ours and with those of \
            datetime(); instant('2 hours ago') takes what --at takes. \
            Decimals are printed to the last digit. SUM and AVG add doubles; decimal_sum, decimal_avg, decimal_add and \
            decimal_sub are exact to the twelfth digit, and median(x) and percentile(x, 95) rank; all but add and sub \
            also take OVER. SQLite keeps 15 digits where it makes a text of a number itself (||, CAST, group_concat, \
            json_object): write decimal_text(x) there.

            EXAMPLES:
              agentledger query "SELECT name, status FROM agents"
              agentledger query "SELECT id FROM workflow_executions
                WHERE started_at > instant('2 hours ago')"
              agentledger query "SELECT name FROM agents
                WHERE created_at < datetime('now', '-30 days')"
              agentledger query --format csv "SELECT * FROM model_calls" > calls.csv
              agentledger query --format line "SELECT * FROM agents LIMIT 1"
              agentledger query --at 2025-08-01 "SELECT count(*) FROM agents"
              agentledger query --as-occurred 2025-08-01 "SELECT count(*) FROM agents"
              agentledger query - < report.sql
            """)

    @Argument(help: ArgumentHelp("The question, or - for standard input.", valueName: "sql"))
    var sql: String

    @Option(
        help: ArgumentHelp(
            "table, csv, json, jsonl, or line: a field on each line (default: table, with --json: json)."))
    var format: RowFormat?

    @OptionGroup var schema: SchemaOption
    @OptionGroup var at: MomentOption
    @OptionGroup var occurred: OccurredOption
    @OptionGroup var options: LedgerOptions

    func run() throws {
        let schema = try self.schema.projection()
        let sql = self.sql == "-" ? String(decoding: try StandardInput.read(), as: UTF8.self) : self.sql
        let reader = try self.options.reader()
        Pager.start()
        var printer = RowPrinter(self.format ?? (self.options.json ? .json : .table))
        let progress = ProgressLine("folding", .events)
        try reader.query(
            sql, of: schema, at: self.at.moment, asOccurred: self.occurred.time, progress: progress.views,
            columns: { try printer.begin($0) }, row: { try printer.row($0) })
        try printer.end()
        try Output.standard.flush()
        Diagnostics.note(Text.count(printer.count, "row"))
        self.occurred.note(of: reader)
    }
}
