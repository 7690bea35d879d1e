import AgentLedger
import LedgerEvents
import LedgerTables

/// The fields of a row with the events that set them: a line for each field, or where that is too wide for the terminal
/// the event below its field.
struct BlamePrinter {
    private struct Line {
        var field: String
        var value: String
        var actor = ""
        var position = ""
        var event: String
        var occurred = ""
        var recorded = ""

        var cells: [String] {
            [self.field, self.value, self.actor, self.position, self.event, self.occurred, self.recorded]
        }

        /// What is said of the event below the field.
        func event(withActor: Bool) -> [String] {
            [
                withActor ? self.actor : "", self.position.isEmpty ? "" : "position \(self.position)", self.occurred,
                self.event, self.recorded.isEmpty ? "" : "recorded \(self.recorded)",
            ].filter { !$0.isEmpty }
        }
    }

    private let lines: [Line]
    /// Of each column, in characters.
    private let widths: [Int]
    private static let header = ["field", "value", "actor", "position", "event", "occurred", "recorded"]
    /// That of a UUID: a value is cut to no less.
    private static let leastValue = 36
    private static let indent = "    "

    init(_ fields: [RowBlame.Field], _ names: ActorNames) throws {
        let lines = try fields.map { field in
            let value = Text.cell(field.value)
            guard let event = field.setBy else {
                return Line(field: field.column.name, value: value, event: "never set (default)")
            }
            return Line(
                field: field.column.name, value: value, actor: try names.actors(event),
                position: event.position.description, event: event.type.name + (field.isDefault ? " (default)" : ""),
                occurred: event.occurredAt.description, recorded: Self.recording(event) ?? "")
        }
        self.lines = lines
        self.widths = Self.header.indices.map { column in
            let widest = lines.map { $0.cells[column].count }.max() ?? 0
            return max(Self.header[column].count, column == 1 ? min(widest, Self.leastValue) : widest)
        }
    }

    /// When the event was recorded, where that was not when it happened: more than a minute later, or earlier.
    private static func recording(_ event: Envelope) -> String? {
        let late = event.recordedAt.microseconds - event.occurredAt.microseconds
        return (0...60_000_000).contains(late) ? nil : event.recordedAt.description
    }

    func print() throws {
        if !Terminal.isOutput || self.fits(7) { try self.printRows() } else { try self.printEventsBelow() }
    }

    private func fits(_ columns: Int) -> Bool {
        self.widths[..<columns].reduce(0, +) + 2 * (columns - 1) <= Terminal.columns()
    }

    private func printRows() throws {
        var table = AlignedTable(columns: 7, header: Self.header, isCut: true)
        table.shrink(1, toShow: 7)
        for line in self.lines {
            var cells = line.cells.map { AlignedTable.Cell($0) }
            cells[3].isNumber = true
            try table.row(cells)
        }
        try table.flush()
    }

    /// Who did it is beside the value if there is room for every one of them. An event that set several fields is told once.
    private func printEventsBelow() throws {
        let columns = self.fits(3) ? 3 : 2
        var table = AlignedTable(columns: columns, header: Array(Self.header[..<columns]), isCut: true)
        table.shrink(1, toShow: columns)
        var told: Set<String> = []
        for line in self.lines {
            try table.row(line.cells[..<columns].map { .init($0) })
            let isTold = !line.position.isEmpty && !told.insert(line.position).inserted
            let event = isTold ? ["position \(line.position), as above"] : line.event(withActor: columns == 2)
            for text in Text.wrapped(event, separator: "  ", within: Terminal.columns() - Self.indent.count) {
                try table.line(under: 0, Self.indent + text, .dim, isCut: false)
            }
        }
        try table.flush()
    }
}
