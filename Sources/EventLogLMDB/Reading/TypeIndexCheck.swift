import LedgerEvents
import LedgerLMDB
import LedgerLog

extension Segment {
    /// Throws unless the index of types agrees with the records: it has no checksums, and what cannot be reached in it counts
    /// as never recorded. It holds as many positions as there are events, those of a type ascend, and the last is that of an
    /// event of the type.
    ///
    /// Goes through the index, some milliseconds for a million events, once while the segment is open.
    func requireWholeTypeIndex(_ state: LogState, _ txn: borrowing ReadTransaction) throws {
        if self.hasWholeTypeIndex.load(ordering: .relaxed) { return }
        var count = 0
        try txn.withCursor(self.databases.types) { cursor in
            while try cursor.nextKey() {
                let name = cursor.withKey { span in span.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
                let list = try Self.list(&cursor)
                guard list.isAscending else { throw self.typeIndexDiffers("the positions of \(name) are out of order") }
                count += list.count
                try self.requireType(name, at: list.last, txn)
            }
        }
        try self.forEachTypeTail(txn) { name, tail in
            count += tail.positions.count
            if let last = tail.positions.last { try self.requireType(name, at: last, txn) }
        }
        guard UInt64(count) == state.head.value + 1 - self.first.value else {
            throw self.typeIndexDiffers("it has \(count) positions")
        }
        self.hasWholeTypeIndex.store(true, ordering: .relaxed)
    }

    private func requireType(_ name: String, at position: UInt64, _ txn: borrowing ReadTransaction) throws {
        guard try self.withEvent(txn, at: position, { $0.type().name == name }) else {
            throw self.typeIndexDiffers("position \(position) has another type than \(name)")
        }
    }

    private func typeIndexDiffers(_ what: String) -> EventLogError {
        EventLogError(
            .corrupted(self.first),
            "reading the index of types in \(self.path): \(what), which the records contradict",
            remedy: "restore the file from a copy"
        )
    }

    private struct List {
        var count = 0
        var last: UInt64 = 0
        var isAscending = true

        mutating func add(_ position: UInt64) {
            self.isAscending = self.isAscending && position > self.last
            self.count += 1
            self.last = position
        }
    }

    private static func list(_ cursor: inout ReadCursor) throws -> List {
        var list = List()
        try self.forEachPosition(&cursor) { position in
            list.add(position)
            return true
        }
        return list
    }

    /// Hands over the positions under the cursor's key until `body` returns false.
    static func forEachPosition(_ cursor: inout ReadCursor, _ body: (UInt64) -> Bool) throws {
        // After `nextKey`, LMDB 0.9 takes the page of the key before for that of one with a single value.
        if try cursor.duplicateCount() == 1 {
            _ = body(try cursor.integerValue)
            return
        }
        func isMore(_ page: Span<UInt64>) -> Bool {
            for index in page.indices where !body(page[index]) { return false }
            return true
        }
        var goesOn = try cursor.getMultiple(isMore)
        while goesOn, let next = try cursor.nextMultiple(isMore) { goesOn = next }
    }
}
