import GRDB
import GRDBSQLite
import LedgerRelations

/// The tables of a source, made known to a connection as virtual ones: SQLite asks for rows, and none are copied.
///
/// The one file that calls SQLite's own interface (sqlite.org/vtab.html). Pointers stay in it.
final class VirtualTables {
    static let module = "agentledger"

    let tables: [String: QueryTable]
    /// What went wrong while SQLite asked: it keeps no more than a number of that.
    fileprivate(set) var failure: (any Error)?

    init(_ session: QuerySession) {
        self.tables = Dictionary(
            uniqueKeysWithValues: session.source.schema.tables.map { (Self.name(of: $0), QueryTable($0, in: session)) })
    }

    /// A virtual table has no generated columns: a view by the table's name adds them.
    static func name(of table: TableDeclaration) -> String {
        table.generatedColumns.isEmpty ? table.name : "\(table.name) as stored"
    }

    /// Makes the module known to a connection, which keeps it until it is closed.
    func register(with connection: OpaquePointer) -> Bool {
        let client = Unmanaged.passRetained(self).toOpaque()
        return sqlite3_create_module_v2(connection, Self.module, &Self.methods, client) { client in
            if let client { Unmanaged<VirtualTables>.fromOpaque(client).release() }
        } == SQLITE_OK
    }

    /// Makes the comparison of times known to a connection.
    static func registerTimes(with connection: OpaquePointer) -> Bool {
        sqlite3_create_collation_v2(
            connection, TimeComparisons.collation, SQLITE_UTF8, nil,
            { _, count, bytes, otherCount, otherBytes in
                TimeComparisons.compare(
                    UnsafeRawBufferPointer(start: bytes, count: Int(count)),
                    UnsafeRawBufferPointer(start: otherBytes, count: Int(otherCount)))
            }, nil) == SQLITE_OK
    }

    /// Makes an aggregate known to a connection; GRDB's own refuse `OVER`. False where SQLite refuses it.
    static func register(_ aggregate: any WindowAggregate.Type, with connection: OpaquePointer) -> Bool {
        let client = Unmanaged.passRetained(AggregateType(aggregate)).toOpaque()
        return sqlite3_create_window_function(
            connection, aggregate.name, Int32(aggregate.argumentCount), SQLITE_UTF8 | SQLITE_DETERMINISTIC, client,
            { context, count, arguments in
                RunningAggregate.lend(context) { try $0.add(RunningAggregate.cells(count, arguments)) }
            },
            { context in
                let running = RunningAggregate.taken(from: context)
                RunningAggregate.give(running.aggregate.value(), to: context)
            },
            { context in RunningAggregate.lend(context) { RunningAggregate.give($0.value(), to: context) } },
            { context, count, arguments in
                RunningAggregate.lend(context) { try $0.remove(RunningAggregate.cells(count, arguments)) }
            },
            { Unmanaged<AggregateType>.fromOpaque($0!).release() }) == SQLITE_OK
    }

    /// Runs what SQLite called; what is thrown is kept, and SQLite told that something was.
    fileprivate func attempt(_ body: () throws -> Void) -> Int32 {
        do {
            try body()
            return SQLITE_OK
        } catch {
            self.failure = self.failure ?? error
            return SQLITE_ERROR
        }
    }

    // SAFETY: never changed after it is made; SQLite takes it by a pointer that it does not write through.
    nonisolated(unsafe) private static var methods: sqlite3_module = {
        var methods = sqlite3_module()
        methods.xCreate = { connection, client, _, names, out, _ in connectTable(connection, client, names, out) }
        methods.xConnect = { connection, client, _, names, out, _ in connectTable(connection, client, names, out) }
        methods.xBestIndex = { table, index in VirtualTable.at(table).plan(index) }
        methods.xDisconnect = { VirtualTable.remove($0) }
        methods.xDestroy = { VirtualTable.remove($0) }
        methods.xOpen = { table, out in VirtualCursor.open(on: table, out) }
        methods.xClose = { VirtualCursor.remove($0) }
        methods.xFilter = { cursor, plan, _, count, values in
            VirtualCursor.lend(cursor) { $0.filter(plan, count, values) }
        }
        methods.xNext = { VirtualCursor.lend($0) { $0.next() } }
        methods.xEof = { VirtualCursor.lend($0) { $0.isAtEnd ? 1 : 0 } }
        methods.xColumn = { cursor, result, column in VirtualCursor.lend(cursor) { $0.column(column, result) } }
        return methods
    }()
}

private func connectTable(
    _ connection: OpaquePointer?, _ client: UnsafeMutableRawPointer?,
    _ arguments: UnsafePointer<UnsafePointer<CChar>?>?,
    _ out: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab>?>?
) -> Int32 {
    guard let client, let name = arguments?[2] else { return SQLITE_MISUSE }
    let tables = Unmanaged<VirtualTables>.fromOpaque(client).takeUnretainedValue()
    guard let table = tables.tables[String(cString: name)] else { return SQLITE_MISUSE }
    let code = sqlite3_declare_vtab(connection, table.sql)
    if code == SQLITE_OK { out?.pointee = VirtualTable(table, of: tables).address() }
    return code
}

/// A table that a connection knows of.
private final class VirtualTable {
    let table: QueryTable
    let tables: VirtualTables

    init(_ table: QueryTable, of tables: VirtualTables) {
        self.table = table
        self.tables = tables
    }

    /// What SQLite keeps of it: its own part comes first.
    private struct Memory {
        var base = sqlite3_vtab()
        var table: Unmanaged<VirtualTable>
    }

    func address() -> UnsafeMutablePointer<sqlite3_vtab> {
        let memory = UnsafeMutablePointer<Memory>.allocate(capacity: 1)
        memory.initialize(to: Memory(table: .passRetained(self)))
        return UnsafeMutableRawPointer(memory).assumingMemoryBound(to: sqlite3_vtab.self)
    }

    static func at(_ address: UnsafeMutablePointer<sqlite3_vtab>?) -> VirtualTable {
        UnsafeRawPointer(address!).assumingMemoryBound(to: Memory.self).pointee.table.takeUnretainedValue()
    }

    static func remove(_ address: UnsafeMutablePointer<sqlite3_vtab>?) -> Int32 {
        let memory = UnsafeMutableRawPointer(address!).assumingMemoryBound(to: Memory.self)
        memory.pointee.table.release()
        memory.deallocate()
        return SQLITE_OK
    }

    func plan(_ index: UnsafeMutablePointer<sqlite3_index_info>?) -> Int32 {
        guard let index else { return SQLITE_MISUSE }
        let terms = UnsafeBufferPointer(start: index.pointee.aConstraint, count: Int(index.pointee.nConstraint))
        let order = UnsafeBufferPointer(start: index.pointee.aOrderBy, count: Int(index.pointee.nOrderBy))
        return self.tables.attempt {
            let constraints = terms.indices.map { self.constraint(terms[$0], Int32($0), index) }
            let (plan, number) = try self.table.plan(
                constraints, order: order.map { (Int($0.iColumn), $0.desc != 0) },
                columns: ColumnSet(bits: index.pointee.colUsed))
            for (place, term) in plan.terms.enumerated() {
                // Not omitted: SQLite looks at each row again, so a way may lead to more rows than were asked for.
                index.pointee.aConstraintUsage[term].argvIndex = Int32(place + 1)
            }
            index.pointee.idxNum = Int32(number)
            index.pointee.idxStr = Self.owned(self.table.description(of: plan))
            index.pointee.needToFreeIdxStr = 1
            index.pointee.estimatedCost = plan.cost
            index.pointee.estimatedRows = Int64(plan.estimatedRows)
            index.pointee.orderByConsumed = plan.isOrdered ? 1 : 0
        }
    }

    /// A text in memory that SQLite frees; nil, which it takes for none, where there is no more memory.
    private static func owned(_ text: String) -> UnsafeMutablePointer<CChar>? {
        let bytes = text.utf8CString
        let memory = sqlite3_malloc64(UInt64(bytes.count))?.bindMemory(to: CChar.self, capacity: bytes.count)
        for (index, byte) in bytes.enumerated() { memory?[index] = byte }
        return memory
    }

    private func constraint(
        _ term: sqlite3_index_constraint, _ index: Int32, _ information: UnsafeMutablePointer<sqlite3_index_info>
    ) -> QueryConstraint {
        var constant: OpaquePointer?
        let isConstant = sqlite3_vtab_rhs_value(information, index, &constant) == SQLITE_OK
        // A key that is compared otherwise than its column is has to be compared with every row's.
        let collation = sqlite3_vtab_collation(information, index).map { String(cString: $0) }
        let comparison: QueryConstraint.Comparison =
            switch Int32(term.op) {
            case SQLITE_INDEX_CONSTRAINT_EQ: .equal
            case SQLITE_INDEX_CONSTRAINT_GE: .atLeast
            case SQLITE_INDEX_CONSTRAINT_GT: .above
            case SQLITE_INDEX_CONSTRAINT_LE: .atMost
            case SQLITE_INDEX_CONSTRAINT_LT: .below
            default: .other
            }
        // LIMIT and OFFSET come as constraints on no column.
        let isOnColumn = term.iColumn >= 0 && comparison != .other
        let column = Int(max(0, term.iColumn))
        let isUsual = collation == self.table.declaration.columns[column].type.queryCollation
        return QueryConstraint(
            column: column, comparison: isOnColumn ? comparison : .other,
            isUsable: term.usable != 0 && isUsual && isOnColumn, isConstant: isConstant,
            isList: sqlite3_vtab_in(information, index, -1) != 0)
    }
}

/// A place in a table's rows.
private final class VirtualCursor {
    private let table: VirtualTable
    @exclusivity(unchecked) private var rows: RowPull?
    /// Where each column's cell is among those that are read, or -1.
    @exclusivity(unchecked) private var places: [Int] = []
    @exclusivity(unchecked) private(set) var isAtEnd = true
    private var encoder = CellEncoder(capacity: 64)

    private init(_ table: VirtualTable) { self.table = table }

    private struct Memory {
        var base = sqlite3_vtab_cursor()
        var cursor: Unmanaged<VirtualCursor>
    }

    static func open(
        on table: UnsafeMutablePointer<sqlite3_vtab>?,
        _ out: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab_cursor>?>?
    ) -> Int32 {
        let memory = UnsafeMutablePointer<Memory>.allocate(capacity: 1)
        memory.initialize(to: Memory(cursor: .passRetained(VirtualCursor(.at(table)))))
        out?.pointee = UnsafeMutableRawPointer(memory).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
        return SQLITE_OK
    }

    /// Without counting the reference: this is called with every row and cell.
    static func lend(
        _ address: UnsafeMutablePointer<sqlite3_vtab_cursor>?, _ body: (VirtualCursor) -> Int32
    ) -> Int32 {
        UnsafeRawPointer(address!).assumingMemoryBound(to: Memory.self).pointee.cursor._withUnsafeGuaranteedRef(body)
    }

    static func remove(_ address: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Int32 {
        let memory = UnsafeMutableRawPointer(address!).assumingMemoryBound(to: Memory.self)
        memory.pointee.cursor.release()
        memory.deallocate()
        return SQLITE_OK
    }

    func filter(
        _ number: Int32, _ count: Int32, _ arguments: UnsafeMutablePointer<OpaquePointer?>?
    ) -> Int32 {
        self.table.tables.attempt {
            // What was asked before comes to rest before anything else is.
            self.rows = nil
            let values = (0..<Int(count)).map { QueryCell(arguments?[$0]) }
            let (rows, columns) = try self.table.table.rows(Int(number), values)
            self.rows = rows
            self.places = Array(repeating: -1, count: self.table.table.declaration.columns.count)
            for (place, column) in columns.enumerated() { self.places[column] = place }
            self.isAtEnd = try !rows.next()
        }
    }

    func next() -> Int32 {
        self.table.tables.attempt { self.isAtEnd = try !(self.rows?.next() ?? false) }
    }

    func column(_ column: Int32, _ result: OpaquePointer?) -> Int32 {
        let place = self.places[Int(column)]
        guard let rows = self.rows, place >= 0 else {
            sqlite3_result_error(result, "a column was asked for that was not announced", -1)
            return SQLITE_ERROR
        }
        self.give(rows.cell(place), to: result)
        return SQLITE_OK
    }

    /// By the rules that `SQLValue.queryCell` states; the common kinds without a detour.
    private func give(_ value: SQLValue, to result: OpaquePointer?) {
        switch value {
        case .null: sqlite3_result_null(result)
        case .bool(let value): sqlite3_result_int64(result, value ? 1 : 0)
        case .integer(let value): sqlite3_result_int64(result, value)
        case .uuid, .timestamp, .date:
            self.encoder.buffer.removeAll()
            self.encoder.appendText(value)
            self.encoder.buffer.withBytes { self.give(text: $0, to: result) }
        case .double(let value): sqlite3_result_double(result, value)
        case .text(var text) where !text.utf8.contains(0):
            text.withUTF8 { self.give(text: UnsafeRawBufferPointer($0), to: result) }
        case .text, .json, .numeric, .bytes, .textArray:
            switch value.queryCell {
            case .null: sqlite3_result_null(result)
            case .integer(let value): sqlite3_result_int64(result, value)
            case .real(let value): sqlite3_result_double(result, value)
            case .decimal: sqlite3_result_error(result, "a decimal is a double in a query", -1)
            case .text(var text): text.withUTF8 { self.give(text: UnsafeRawBufferPointer($0), to: result) }
            case .blob(let bytes):
                bytes.withUnsafeBytes { bytes in
                    // An empty buffer may have no address, which would be taken for NULL.
                    if bytes.isEmpty {
                        sqlite3_result_zeroblob(result, 0)
                    } else {
                        sqlite3_result_blob64(result, bytes.baseAddress, UInt64(bytes.count), Self.transient)
                    }
                }
            }
        }
    }

    private func give(text: UnsafeRawBufferPointer, to result: OpaquePointer?) {
        let characters = text.bindMemory(to: CChar.self)
        var none: CChar = 0
        guard let start = characters.baseAddress else {
            sqlite3_result_text(result, &none, 0, Self.transient)
            return
        }
        sqlite3_result_text64(result, start, UInt64(text.count), Self.transient, UInt8(SQLITE_UTF8))
    }

    /// SQLITE_TRANSIENT: the bytes are copied before the call returns.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

private final class AggregateType {
    let type: any WindowAggregate.Type

    init(_ type: any WindowAggregate.Type) { self.type = type }
}

/// One group's or window's aggregate, which SQLite keeps by its address until it asks for the last value.
private final class RunningAggregate {
    var aggregate: any WindowAggregate

    private init(_ context: OpaquePointer?) {
        let client = Unmanaged<AggregateType>.fromOpaque(sqlite3_user_data(context))
        self.aggregate = client.takeUnretainedValue().type.init()
    }

    /// Runs `body` on it; what `body` throws becomes the statement's error.
    static func lend(_ context: OpaquePointer?, _ body: (inout any WindowAggregate) throws -> Void) {
        guard let slot = Self.slot(context, bytes: MemoryLayout<UnsafeMutableRawPointer>.size) else {
            return sqlite3_result_error_nomem(context)
        }
        let running: RunningAggregate
        if let kept = slot.pointee {
            running = Unmanaged<RunningAggregate>.fromOpaque(kept).takeUnretainedValue()
        } else {
            running = RunningAggregate(context)
            slot.pointee = Unmanaged.passRetained(running).toOpaque()
        }
        do {
            try body(&running.aggregate)
        } catch {
            sqlite3_result_error(context, (error as? DatabaseError)?.message ?? "\(error)", -1)
        }
    }

    /// The aggregate, for the last time; that of no rows if none was added.
    static func taken(from context: OpaquePointer?) -> RunningAggregate {
        guard let slot = Self.slot(context, bytes: 0), let kept = slot.pointee else { return RunningAggregate(context) }
        slot.pointee = nil
        return Unmanaged<RunningAggregate>.fromOpaque(kept).takeRetainedValue()
    }

    /// Where SQLite keeps the address: zero at first, nil for no bytes where there is none yet.
    private static func slot(
        _ context: OpaquePointer?, bytes: Int
    ) -> UnsafeMutablePointer<UnsafeMutableRawPointer?>? {
        sqlite3_aggregate_context(context, Int32(bytes))?.assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
    }

    static func cells(_ count: Int32, _ arguments: UnsafeMutablePointer<OpaquePointer?>?) -> [QueryCell] {
        (0..<Int(count)).map { QueryCell(arguments?[$0]) }
    }

    static func give(_ cell: QueryCell, to context: OpaquePointer?) {
        switch cell {
        case .integer(let value): sqlite3_result_int64(context, value)
        case .real(let value): sqlite3_result_double(context, value)
        case .null, .decimal, .text, .blob: sqlite3_result_null(context)
        }
    }
}

extension QueryCell {
    fileprivate init(_ value: OpaquePointer?) {
        switch sqlite3_value_type(value) {
        case SQLITE_INTEGER: self = .integer(sqlite3_value_int64(value))
        case SQLITE_FLOAT: self = .real(sqlite3_value_double(value))
        case SQLITE_TEXT:
            let bytes = UnsafeBufferPointer(start: sqlite3_value_text(value), count: Int(sqlite3_value_bytes(value)))
            self = .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            self = .blob(
                Array(
                    UnsafeRawBufferPointer(
                        start: sqlite3_value_blob(value), count: Int(sqlite3_value_bytes(value)))))
        default: self = .null
        }
    }
}
