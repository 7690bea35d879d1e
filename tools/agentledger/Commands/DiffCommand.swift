import AgentLedger
import ArgumentParser
import LedgerEvents
import LedgerTables

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Tell what changed between two moments, and by which events.",
        discussion: """
            Of one thing, of all of a kind, or of everything: what was added (+), removed (-) or changed (~), and for \
            each field that changed its old and new value and the event that changed it last. What says that it was \
            deleted or removed counts as removed. With --json, one line for each thing.

            EXAMPLES:
              agentledger diff --from 1000 --to 2000
              agentledger diff workflow --from 2025-08-01
              agentledger diff agent triage-bot --from yesterday
            """)

    @Argument(
        help: "What kind of thing, or the name of its table; everything if left out.", transform: ThingArguments.kind)
    var kind: String?

    @Argument(
        help: ArgumentHelp(
            "Its UUID, the beginning of it, or its slug, e-mail, number or name; all of the kind if left out.",
            valueName: "id"))
    var word: String?

    @Option(
        help: ArgumentHelp("The earlier moment: a position, or a time (of recording).", valueName: "moment"),
        transform: TimeArgument.moment)
    var from: Moment

    @Option(
        help: ArgumentHelp("The later one (default: end).", valueName: "moment"), transform: TimeArgument.moment)
    var to: Moment = .end

    @OptionGroup var options: LedgerOptions

    func run() throws {
        let reader = try self.options.reader()
        let (start, end) = (try reader.position(of: self.from), try reader.position(of: self.to))
        guard start <= end else {
            throw ValidationError("--from is position \(start), behind --to, position \(end); exchange them")
        }
        Pager.start()
        var printer = DifferencePrinter(isJSON: self.options.json)
        if let kind, let word {
            let id = try reader.findRow(kind, word, at: self.to)
            if try reader.row(of: kind, id: id.thing, part: id.part, at: .position(end)) == nil {
                throw ThingArguments.missing(kind, id, at: end, self.options)
            }
            let difference = try reader.diff(
                kind, id: id.thing, part: id.part, from: .position(start), to: .position(end))
            if let difference {
                try printer.print(difference)
            }
        } else {
            let progress = ProgressLine("folding", .events)
            try reader.diff(of: self.kind, from: .position(start), to: .position(end), progress: progress.views) {
                try printer.print($0)
            }
        }
        try Output.standard.flush()
        Diagnostics.note(printer.summary)
    }
}

/// Differences as they come.
struct DifferencePrinter {
    let isJSON: Bool
    private var counts: [RowDifference.Kind: Int] = [:]

    init(isJSON: Bool) { self.isJSON = isJSON }

    var summary: String {
        [RowDifference.Kind.added, .changed, .removed].map { "\(Text.grouped(self.counts[$0] ?? 0)) \($0)" }
            .joined(separator: ", ")
    }

    mutating func print(_ difference: RowDifference) throws {
        self.counts[difference.kind, default: 0] += 1
        if self.isJSON { try Self.printJSON(difference) } else { try Self.printLines(difference) }
    }

    private static func printLines(_ difference: RowDifference) throws {
        let (sign, style): (String, Style) =
            switch difference.kind {
            case .added: ("+", .green)
            case .removed: ("-", .red)
            case .changed: ("~", .yellow)
            }
        let thing = style("\(sign) \(difference.thing) \(Self.name(of: difference))")
        let event = difference.kind == .changed ? "" : "  \(EventStamp(difference.event).line)"
        try Output.standard.print(thing + event)
        for field in difference.fields {
            try Output.standard.print(
                "    \(field.column.name): \(Text.cell(field.old)) -> \(Text.cell(field.new))  "
                    + Style.dim(EventStamp(field.event).line))
        }
    }

    private static func name(of difference: RowDifference) -> String {
        LedgerSnapshot.text(of: RowID(difference.id, part: difference.part), kind: difference.thing)
    }

    private static func printJSON(_ difference: RowDifference) throws {
        var json = JSONWriter()
        json.beginObject()
        json.key("change")
        json.string(difference.kind.rawValue)
        json.key("kind")
        json.string(difference.thing)
        json.key("id")
        json.string(self.name(of: difference))
        json.key("event")
        EventStamp(difference.event).encode(&json)
        json.key("fields")
        json.beginArray()
        for field in difference.fields {
            json.beginObject()
            json.key("field")
            json.string(field.column.name)
            json.key("old")
            json.cell(field.old)
            json.key("new")
            json.cell(field.new)
            json.key("event")
            EventStamp(field.event).encode(&json)
            json.endObject()
        }
        json.endArray()
        if difference.kind == .added {
            json.key("row")
            json.row(difference.new, of: difference.table)
        }
        json.endObject()
        try Output.standard.print(json.text)
    }
}
