import LedgerEvents
import LedgerRelations

/// Makes the cells of columns that are fields out of a record's bytes, without the record.
struct FieldCells {
    /// A field that stands in a column as it is.
    struct Field: Sendable {
        let number: Int
        let name: String
        let absent: SQLValue
        let read: @Sendable (_ fields: inout FieldScanner, _ type: WireType) throws -> SQLValue
    }

    private struct Reader {
        let place: Int
        let read: @Sendable (_ fields: inout FieldScanner, _ type: WireType) throws -> SQLValue
    }

    /// By the numbers of the fields.
    private var readers: [Reader?] = []
    /// Columns that are the same field as another one.
    private var copies: [(from: Int, to: Int)] = []
    /// What stands where a record says nothing.
    private var absent: [(place: Int, cell: SQLValue)] = []
    /// How many columns the table has.
    private let count: Int

    init(count: Int) { self.count = count }

    mutating func add(_ field: Field, at place: Int) {
        while self.readers.count <= field.number { self.readers.append(nil) }
        if let first = self.readers[field.number]?.place {
            self.copies.append((first, place))
        } else {
            self.readers[field.number] = Reader(place: place, read: field.read)
            self.absent.append((place, field.absent))
        }
    }

    /// Writes the cells over those of the record before. Throws `WireError` and `FieldError`.
    func fill(_ cells: inout [SQLValue], from record: UnsafeRawBufferPointer) throws {
        if cells.isEmpty { cells = Array(repeating: .null, count: self.count) }
        for (place, cell) in self.absent { cells[place] = cell }
        var fields = FieldScanner(record)
        while let (number, type) = try fields.next(), number < self.readers.count {
            guard let reader = self.readers[number] else {
                try fields.skip(type)
                continue
            }
            cells[reader.place] = try reader.read(&fields, type)
        }
        for (from, to) in self.copies { cells[to] = cells[from] }
    }

    /// The fields of a record that may stand in a column as they are.
    static func fields<R: Record>(of record: R.Type) -> [Field] { Lister().listing(record).fields }

    private struct Lister: FieldVisitor {
        var fields: [Field] = []

        mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _ value: inout Value) {
            if Value.shape.cardinality == .repeated { return }
            if let type = Value.self as? any (FieldValue & SQLConvertible).Type {
                self.add(number, name, type, value)
            } else if let type = Value.self as? any Enumeration.Type {
                self.add(number, name, type, value)
            }
        }

        private mutating func add<Value: FieldValue & SQLConvertible>(
            _ number: Int, _ name: StaticString, _: Value.Type, _ absent: Any
        ) {
            guard let absent = absent as? Value else { return }
            self.fields.append(
                Field(number: number, name: name.description, absent: absent.sqlValue) { fields, type in
                    var value = absent
                    try fields.take(&value, type)
                    return value.sqlValue
                })
        }

        private mutating func add<Value: Enumeration>(
            _ number: Int, _ name: StaticString, _: Value.Type, _ absent: Any
        ) {
            guard let absent = absent as? Value else { return }
            let names = Value.allCases.map(\.rawValue)
            self.fields.append(
                Field(number: number, name: name.description, absent: .text(absent.rawValue)) { fields, type in
                    var text = ""
                    try fields.take(&text, type)
                    // Says which there are.
                    if !names.contains(text) { _ = try Value.named(text) }
                    return .text(text)
                })
        }
    }
}
