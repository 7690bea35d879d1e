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
    private var waiting: [[Cell]] = []
    private var isLaidOut = false
    /// Whether the first of those that wait is the header.
    private var hasHeader = false
    /// Lines are cut here; nil where nobody looks at the window's edge.
    private let limit: Int?
    private static let sample = 200
    /// Longer cells stand out rather than push all others aside.
    private static let widest = 64

    /// - Parameter header: nil for lines alone.
    init(columns: Int, header: [String]? = nil, isCut: Bool = false) {
        self.widths = Array(repeating: 0, count: columns)
        self.limit = isCut && Terminal.isOutput ? Terminal.columns() : nil
        if let header {
            self.waiting.append(header.map { Cell($0) })
            self.hasHeader = true
        }
    }

    mutating func row(_ cells: [Cell]) throws {
        if self.isLaidOut { return try self.print(cells) }
        self.waiting.append(cells)
        if self.waiting.count >= Self.sample { try self.layOut() }
    }

    /// Prints what is held back for measuring.
    mutating func flush() throws {
        try self.layOut()
        self.isLaidOut = false
    }

    private mutating func layOut() throws {
        for row in self.waiting {
            for (column, cell) in row.enumerated() {
                self.widths[column] = min(max(self.widths[column], cell.text.count), Self.widest)
            }
        }
        if self.hasHeader, self.waiting.count > 1 {
            for (column, cell) in self.waiting[1].enumerated() { self.waiting[0][column].isNumber = cell.isNumber }
        }
        for (index, row) in self.waiting.enumerated() {
            try self.print(row)
            if index == 0, self.hasHeader {
                try self.print(self.widths.map { Cell(String(repeating: "-", count: $0)) })
            }
        }
        self.hasHeader = false
        self.waiting.removeAll()
        self.isLaidOut = true
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
