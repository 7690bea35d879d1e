import EventSourcing
import Relations

/// Which fields of a record the columns of a table come from, so that a few columns cost a few fields.
struct FieldReads: Sendable {
    private var fields: [FieldSet] = []

    /// - Parameter sums: the record beside it, where there is one: columns that have the name of its fields come from
    ///   there.
    init<Row, R: Record>(_ table: Table<Row>, _ record: R.Type, beside sums: (any Record.Type)? = nil) {
        let fields = FieldDescription.list(record)
        let sums = Set(sums.map { FieldDescription.list($0) }?.map(\.name) ?? [])
        for (column, reads) in zip(table.declaration.columns, table.reads) {
            // A fact's id is called after its kind; everything's id is its first field.
            let names = reads ?? [column.name == "id" ? fields[0].name : column.name]
            var wanted = FieldSet.none
            for field in fields where names.contains(field.name) { wanted.insert(field.number) }
            let isTold = reads != nil || wanted != .none || sums.contains(column.name)
            self.fields.append(isTold ? wanted : .all)
        }
        for name in table.reads.compactMap(\.self).joined() {
            precondition(
                fields.contains { $0.name == name },
                "a column of \(table.name) reads the field \(name), which there is not")
        }
    }

    subscript(columns: ColumnSet) -> FieldSet {
        var wanted = FieldSet.none
        for place in self.fields.indices where columns.contains(place) { wanted.formUnion(self.fields[place]) }
        return wanted
    }
}
