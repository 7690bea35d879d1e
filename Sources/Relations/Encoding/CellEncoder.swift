/// Rows as text, written into one reused buffer: no String is made for numbers, UUIDs and times.
///
///     var encoder = CellEncoder()
///     encoder.appendCopyRow(cells)
///     if encoder.buffer.count > 64 << 10 { …; encoder.buffer.removeAll() }
package struct CellEncoder: ~Copyable {
    package var buffer: RowBuffer

    package init(capacity: Int = 128 << 10) {
        self.buffer = RowBuffer(capacity: capacity)
    }

    /// `{"a","b \"quoted\""}`, as PostgreSQL reads an array.
    static func arrayLiteral(_ elements: [String]) -> String {
        var out = "{"
        for element in elements {
            if out.utf8.count > 1 { out.append(",") }
            out.append("\"")
            for scalar in element.unicodeScalars {
                if scalar == "\"" || scalar == "\\" { out.append("\\") }
                out.unicodeScalars.append(scalar)
            }
            out.append("\"")
        }
        return out + "}"
    }
}
