/// The rows of one question, lent one at a time: memory does not grow with their number.
package struct PostgresRow {
    /// The question's columns, by name.
    package let columns: [String: Int]
    /// As PostgreSQL writes them; nil is null.
    package let values: [String?]

    package init(columns: [String: Int], values: [String?]) {
        self.columns = columns
        self.values = values
    }

    /// Nil where the value is null, and where there is no such column.
    package subscript(name: String) -> String? {
        self.columns[name].flatMap { self.values[$0] }
    }
}
