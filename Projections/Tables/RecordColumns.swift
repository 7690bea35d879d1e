import LedgerEvents
import LedgerRelations
import Synchronization

/// How the columns of a table come from the fields of a record, so that a few columns cost a few fields. Found out when it
/// is first asked for: most tables of a process never are.
///
/// A column that has a field's name is that field, unless it says what it reads. One whose name no field has, and that
/// says nothing, may read any.
final class RecordColumns: Sendable {
    private struct Columns: Sendable {
        var reads: [FieldSet] = []
        /// Where a column is a field.
        var fields: [FieldCells.Field?] = []
    }

    private let find: @Sendable () -> Columns
    private let found = Mutex<Columns?>(nil)

    /// - Parameter sums: the record beside it, where there is one: columns that have the name of its fields come from
    ///   there.
    init<Row, R: Record>(_ table: Table<Row>, _ record: R.Type, beside sums: (any Record.Type)? = nil) {
        let (declaration, reads) = (table.declaration, table.reads)
        self.find = { Self.find(declaration, reads, record, sums) }
    }

    private func known<Result>(_ body: (Columns) -> Result) -> Result {
        self.found.withLock { found in
            let columns = found ?? self.find()
            found = columns
            return body(columns)
        }
    }

    /// The fields that columns come from.
    func fields(of columns: ColumnSet) -> FieldSet {
        if columns == .all { return .all }
        return self.known { known in
            var wanted = FieldSet.none
            for place in known.reads.indices where columns.contains(place) { wanted.formUnion(known.reads[place]) }
            return wanted
        }
    }

    /// Of more than these, the record is made sooner than its cells one by one.
    private static let fewColumns = 8

    /// Makes the cells without the record; nil where a column is more than a field, or many are wanted.
    func cells(of columns: ColumnSet) -> FieldCells? {
        if columns.bits.nonzeroBitCount > Self.fewColumns { return nil }
        return self.known { known in
            var cells = FieldCells(count: known.fields.count)
            for place in known.fields.indices where columns.contains(place) {
                guard let field = known.fields[place] else { return nil }
                cells.add(field, at: place)
            }
            return cells
        }
    }

    private static func find<R: Record>(
        _ table: TableDeclaration, _ reads: [[String]?], _ record: R.Type, _ sums: (any Record.Type)?
    ) -> Columns {
        let fields = FieldDescription.list(record)
        let cells = FieldCells.fields(of: record)
        let sums = Set(sums.map { FieldDescription.list($0) }?.map(\.name) ?? [])
        var columns = Columns()
        for (column, reads) in zip(table.columns, reads) {
            // A fact's id is called after its kind; everything's id is its first field.
            let names = reads ?? [column.name == "id" ? fields[0].name : column.name]
            var wanted = FieldSet.none
            for name in names {
                if let field = fields.first(where: { $0.name == name }) {
                    wanted.insert(field.number)
                } else {
                    precondition(reads == nil, "\(table.name).\(column.name) reads a field \(name), which there is not")
                }
            }
            let isTold = reads != nil || wanted != .none || sums.contains(column.name)
            columns.reads.append(isTold ? wanted : .all)
            columns.fields.append(reads == nil ? cells.first { $0.name == names[0] } : nil)
        }
        return columns
    }
}
