import LedgerLMDB
import Synchronization
import Testing

@Suite struct TransactionTests {
    let directory = TemporaryDirectory()

    @Test("what is put is read back, by bytes and by number")
    func roundTrip() throws {
        let environment = try Environment.writable(directory.path)
        let names = try environment.database("names")
        let numbers = try environment.database("numbers", .integerKey)
        try environment.write { txn in
            try txn.put(bytes("a"), bytes("alpha"), in: names)
            try txn.put(bytes("empty"), [] as [UInt8], in: names)
            try txn.put(7 as UInt64, 49 as UInt64, in: numbers)
            try #expect(txn.bytes(bytes("a"), in: names) == bytes("alpha"))
        }
        try environment.read { txn in
            try #expect(txn.bytes(bytes("a"), in: names) == bytes("alpha"))
            try #expect(txn.bytes(bytes("empty"), in: names) == [])
            try #expect(txn.bytes(bytes("b"), in: names) == nil)
            try #expect(txn.integer(7 as UInt64, in: numbers) == 49)
            #expect(refusal { _ = try txn.integer(bytes("a"), in: names) }?.code == .corrupted)
            try #expect(txn.get(bytes("a"), in: names) { $0.byteCount } == 5)
            try #expect(txn.contains(bytes("a"), in: names))
            try #expect(!txn.contains(8 as UInt64, in: numbers))
            try #expect(txn.count(of: names) == 2)
        }
    }

    @Test("records survive closing and opening")
    func reopen() throws {
        do {
            let environment = try Environment.writable(directory.path)
            let names = try environment.database("names")
            try environment.write { txn in _ = try txn.put(bytes("a"), bytes("alpha"), in: names) }
        }
        let environment = try Environment(path: directory.path)
        let names = try #require(try environment.openDatabase("names"))
        try #expect(environment.read { txn in try txn.bytes(bytes("a"), in: names) } == bytes("alpha"))
        try #expect(environment.openDatabase("missing") == nil)
        try #expect(environment.databaseNames() == ["names"])
    }

    @Test("a body that throws leaves nothing behind")
    func abort() throws {
        struct Stop: Error {}
        let environment = try Environment.writable(directory.path)
        let names = try environment.database("names")
        #expect(throws: Stop.self) {
            try environment.write { txn in
                _ = try #require(try txn.openDatabase("other", .create))
                try txn.put(bytes("a"), bytes("alpha"), in: names)
                throw Stop()
            }
        }
        try #expect(environment.read { txn in try txn.count(of: names) } == 0)
        try #expect(environment.openDatabase("other") == nil)
    }

    @Test("a database made in a transaction is everyone's after its commit")
    func createInside() throws {
        let environment = try Environment.writable(directory.path)
        let made = try environment.write { txn in
            let made = try #require(try txn.openDatabase("made", [.integerKey, .create]))
            try txn.put(1 as UInt64, 2 as UInt64, in: made)
            return made
        }
        try #expect(environment.openDatabase("made", .integerKey) == made)
        try #expect(environment.read { txn in try txn.integer(1 as UInt64, in: made) } == 2)
        let error = refusal { _ = try environment.openDatabase("made", .duplicateSort) }
        #expect(error?.code == .invalid)
    }

    @Test("a reader does not see a later commit")
    func snapshot() throws {
        let environment = try Environment.writable(directory.path)
        let numbers = try environment.database("numbers", .integerKey)
        try environment.read { before in
            try environment.write { txn in _ = try txn.put(1 as UInt64, 1 as UInt64, in: numbers) }
            try #expect(!before.contains(1 as UInt64, in: numbers))
            try environment.read { after in try #expect(after.contains(1 as UInt64, in: numbers)) }
        }
    }

    @Test("put says when noOverwrite found the key, and throws when an append is out of order")
    func putFlags() throws {
        let environment = try Environment.writable(directory.path)
        let numbers = try environment.database("numbers", .integerKey)
        let sets = try environment.database("sets", .duplicateFixed)
        try environment.write { txn in
            try #expect(txn.put(5 as UInt64, 1 as UInt64, in: numbers, .noOverwrite))
            try #expect(!txn.put(5 as UInt64, 2 as UInt64, in: numbers, .noOverwrite))
            try #expect(txn.integer(5 as UInt64, in: numbers) == 1)
            try #expect(txn.put(bytes("k"), 1 as UInt64, in: sets, .noDuplicateData))
            try #expect(!txn.put(bytes("k"), 1 as UInt64, in: sets, .noDuplicateData))
        }
        let error = refusal {
            try environment.write { txn in _ = try txn.put(4 as UInt64, 1 as UInt64, in: numbers, .append) }
        }
        #expect(error?.code == .keyExists)
        #expect(error?.description.contains("database numbers") == true)
    }

    @Test("a reserved value is filled in place, and gone when filling throws")
    func reserve() throws {
        struct Stop: Error {}
        let environment = try Environment.writable(directory.path)
        let numbers = try environment.database("numbers", .integerKey)
        try environment.write { txn in
            try txn.reserve(1 as UInt64, byteCount: 3, in: numbers, .append) { span in
                for index in 0..<3 { span.storeBytes(of: UInt8(index), toByteOffset: index, as: UInt8.self) }
            }
            #expect(throws: Stop.self) {
                try txn.reserve(2 as UInt64, byteCount: 3, in: numbers) { _ in throw Stop() }
            }
            try #expect(txn.bytes(1 as UInt64, in: numbers) == [0, 1, 2])
            try #expect(!txn.contains(2 as UInt64, in: numbers))
        }
    }

    @Test("delete, empty and drop say what was there")
    func delete() throws {
        let environment = try Environment.writable(directory.path)
        let names = try environment.database("names")
        let sets = try environment.database("sets", .duplicateFixed)
        try environment.write { txn in
            try txn.put(bytes("a"), bytes("1"), in: names)
            try #expect(txn.delete(bytes("a"), in: names))
            try #expect(!txn.delete(bytes("a"), in: names))
            try txn.put(bytes("k"), 1 as UInt64, in: sets)
            try txn.put(bytes("k"), 2 as UInt64, in: sets)
            try #expect(txn.delete(bytes("k"), value: 1 as UInt64, in: sets))
            try #expect(!txn.delete(bytes("k"), value: 1 as UInt64, in: sets))
            try #expect(txn.count(of: sets) == 1)
            try txn.empty(sets)
            try #expect(txn.count(of: sets) == 0)
            try txn.drop(names)
        }
        try #expect(environment.openDatabase("names") == nil)
        try #expect(environment.databaseNames() == ["sets"])
    }

    @Test("many threads read while one writes")
    func threads() async throws {
        let environment = try Environment.writable(directory.path)
        let numbers = try environment.database("numbers", .integerKey)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 1...200 as ClosedRange<UInt64> {
                    do {
                        try environment.write { txn in _ = try txn.put(number, number, in: numbers, .append) }
                    } catch { Issue.record(error) }
                }
            }
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<2_000 {
                        do {
                            try environment.read { txn in
                                let count = try UInt64(txn.count(of: numbers))
                                let last = try txn.withCursor(numbers) { try $0.last() ? try $0.integerKey : 0 }
                                #expect(count == last)
                            }
                        } catch { Issue.record(error) }
                    }
                }
            }
        }
    }

    @Test("a write inside a write of the same thread is refused, not a deadlock")
    func nestedWrite() throws {
        let environment = try Environment.writable(directory.path)
        let error = refusal { try environment.write { _ in try environment.write { _ in } } }
        #expect(error?.code == .busy)
        try environment.write { _ in }
    }
}
