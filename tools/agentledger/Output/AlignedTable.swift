/// Rows in columns as wide as the first rows need; later ones may stand out. Streams: memory does not grow.
struct AlignedTable {
    struct Cell {
        var text: String
        /// Numbers stand right.
        var isNumber = false
        /// How the cell looks on a terminal.
        var style: Style?

        init(_ text: String, isNumber: Bool = false) {
            self.text = text
            self.isNumber = isNumber
        }
    }

    private let output = Output.standard
    private var widths: [Int]
    /// A row's cells, or a line of its own under the column with this number.
    private enum Line {
        case row([Cell])
        case text(under: Int, Cell, isCut: Bool)
    }

    private var waiting: [Line] = []
    private var isLaidOut = false
    /// Whether the first of those that wait is the header.
    private var hasHeader = false
    /// Lines are cut here; nil where nobody looks at the window's edge.
    private let limit: Int?
    /// The column that is cut so that a terminal shows it and those up to another.
    private var shrunk: (column: Int, shown: Int, least: Int)?
    private static let sample = 200
    /// Longer cells stand out rather than push all others aside.
    private static let widest = 64

    /// - Parameter header: nil for lines alone.
    init(columns: Int, header: [String]? = nil, isCut: Bool = false) {
        self.widths = Array(repeating: 0, count: columns)
        self.limit = isCut && Terminal.isOutput ? Terminal.columns() : nil
        if let header {
            self.waiting.append(.row(header.map { Cell($0) }))
            self.hasHeader = true
        }
    }

    /// Cuts a column's cells where a terminal would not show the first `shown` columns, but not shorter than `least`,
    /// at first that of a UUID.
    mutating func shrink(_ column: Int, toShow shown: Int, least: Int = 36) { self.shrunk = (column, shown, least) }

    mutating func row(_ cells: [Cell]) throws { try self.add(.row(cells)) }

    /// A line of its own, which begins where a column does.
    mutating func line(under column: Int, _ text: String, _ style: Style? = nil, isCut: Bool = true) throws {
        var cell = Cell(text)
        cell.style = style
        try self.add(.text(under: column, cell, isCut: isCut))
    }

    private mutating func add(_ line: Line) throws {
        if self.isLaidOut { return try self.print(line) }
        self.waiting.append(line)
        if self.waiting.count >= Self.sample { try self.layOut() }
    }

    /// Prints what is held back for measuring.
    mutating func flush() throws {
        try self.layOut()
        self.isLaidOut = false
    }

    private mutating func layOut() throws {
        for case .row(let row) in self.waiting {
            for (column, cell) in row.enumerated() {
                self.widths[column] = min(max(self.widths[column], cell.text.count), Self.widest)
            }
        }
        if let (column, shown, least) = self.shrunk, let limit {
            let others = self.widths[..<shown].reduce(0, +) - self.widths[column] + 2 * (shown - 1)
            self.widths[column] = min(self.widths[column], max(least, limit - others))
        }
        if self.hasHeader, self.waiting.count > 1, case .row(var header) = self.waiting[0],
            case .row(let first) = self.waiting[1]
        {
            for (column, cell) in first.enumerated() { header[column].isNumber = cell.isNumber }
            self.waiting[0] = .row(header)
        }
        for (index, line) in self.waiting.enumerated() {
            try self.print(line)
            if index == 0, self.hasHeader {
                try self.print(self.widths.map { Cell(String(repeating: "-", count: $0)) })
            }
        }
        self.hasHeader = false
        self.waiting.removeAll()
        self.isLaidOut = true
    }

    private func print(_ line: Line) throws {
        switch line {
        case .row(var cells):
            if let column = self.shrunk?.column, self.limit != nil, cells[column].text.count > self.widths[column] {
                cells[column].text = cells[column].text.prefix(self.widths[column] - 1) + "…"
            }
            try self.print(cells)
        case .text(let column, let cell, let isCut):
            let indent = self.widths[..<column].reduce(0) { $0 + $1 + 2 }
            var text = String(repeating: " ", count: indent) + cell.text
            if isCut, let limit, text.count > limit { text = text.prefix(limit - 1) + "…" }
            try self.output.print(cell.style.map { $0(text) } ?? text)
        }
    }

    private func print(_ cells: [Cell]) throws {
        var line = ""
        var places: [(range: Range<Int>, style: Style)] = []
        for (column, cell) in cells.enumerated() {
            if column > 0 { line += "  " }
            let padding = String(repeating: " ", count: max(0, self.widths[column] - cell.text.count))
            let start = line.count + (cell.isNumber ? padding.count : 0)
            if let style = cell.style { places.append((start..<start + cell.text.count, style)) }
            if cell.isNumber {
                line += padding + cell.text
            } else if column == cells.count - 1 {
                line += cell.text
            } else {
                line += cell.text + padding
            }
        }
        while line.last == " " { line.removeLast() }
        if let limit, line.count > limit { line = line.prefix(limit - 1) + "…" }
        try self.output.print(Style.isOn ? Self.styled(line, places) : line)
    }

    /// The styles go in last, behind all measuring and cutting.
    private static func styled(_ line: String, _ places: [(range: Range<Int>, style: Style)]) -> String {
        let characters = Array(line)
        var styled = ""
        var end = 0
        for (range, style) in places where range.lowerBound < characters.count {
            let range = range.clamped(to: 0..<characters.count)
            styled += String(characters[end..<range.lowerBound]) + style(String(characters[range]))
            end = range.upperBound
        }
        return styled + String(characters[end...])
    }
}
