import LedgerLMDB
import Seeded
import Testing

@Suite struct CursorTests {
    let directory = TemporaryDirectory()

    @Test("integer keys come in the order of the numbers, both ways")
    func order() throws {
        let environment = try Environment.writable(directory.path)
        let numbers = try environment.database("numbers", .integerKey)
        let keys: [UInt64] = [256, 1, 65_536, 255, 2]
        try environment.write { txn in for key in keys { try txn.put(key, key * 2, in: numbers) } }
        try environment.read { txn in
            try txn.withCursor(numbers) { cursor in
                var seen: [UInt64] = []
                while try cursor.next() {
                    seen.append(try cursor.integerKey)
                    try #expect(cursor.integerValue == cursor.integerKey * 2)
                }
                #expect(seen == keys.sorted())
                #expect(cursor.isOnRecord == false)
                try #expect(cursor.last())
                try #expect(cursor.integerKey == 65_536)
                try #expect(cursor.previous())
                try #expect(cursor.integerKey == 256)
                try #expect(cursor.seek(3 as UInt64))
                try #expect(cursor.integerKey == 255)
                try #expect(!cursor.seekExact(3 as UInt64))
                try #expect(cursor.seekExact(2 as UInt64))
                try #expect(cursor.integerKey == 2)
                try #expect(!cursor.seek(65_537 as UInt64))
            }
        }
    }

    @Test("duplicates are walked, sought and counted by key")
    func duplicates() throws {
        let environment = try Environment.writable(directory.path)
        let sets = try environment.database("sets", .integerDuplicate)
        try environment.write { txn in
            for value in stride(from: 10, through: 50, by: 10) as StrideThrough<UInt64> {
                try txn.put(bytes("a"), value, in: sets)
            }
            try txn.put(bytes("b"), 300 as UInt64, in: sets)
        }
        try environment.read { txn in
            try txn.withCursor(sets) { cursor in
                try #expect(cursor.seekDuplicate(bytes("a"), 25 as UInt64))
                try #expect(cursor.integerValue == 30)
                #expect(cursor.keyBytes == bytes("a"))
                try #expect(cursor.duplicateCount() == 5)
                try #expect(cursor.nextDuplicate())
                try #expect(cursor.lastDuplicate())
                try #expect(cursor.integerValue == 50)
                try #expect(!cursor.nextDuplicate())
                try #expect(cursor.firstDuplicate())
                try #expect(cursor.integerValue == 10)
                try #expect(cursor.nextKey())
                #expect(cursor.withRecord { key, value in key.byteCount + value.byteCount } == 9)
                #expect(cursor.keyBytes == bytes("b"))
                try #expect(cursor.previousKey())
                try #expect(cursor.integerValue == 50)
                try #expect(!cursor.seekDuplicate(bytes("a"), 51 as UInt64))
                try #expect(!cursor.seekDuplicate(bytes("c"), 0 as UInt64))
                try #expect(cursor.seekDuplicate(bytes("b"), 0 as UInt64))
                try #expect(cursor.integerValue == 300)
            }
        }
    }

    @Test(
        "pages of duplicates give every value once, from wherever the cursor stands",
        arguments: [1, 2, 5, 100, 511, 5_000])
    func multiple(count: UInt64) throws {
        let environment = try Environment.writable(directory.path)
        let sets = try environment.database("sets", .integerDuplicate)
        let values = (0..<count).map { $0 * 3 }
        try environment.write { txn in
            try txn.appendMultiple(bytes("k"), values.span, in: sets)
            try txn.appendMultiple(bytes("odd"), [7, 9].span, in: sets)
            #expect(throws: LMDBError.self) { try txn.appendMultiple(bytes("odd"), [9, 10].span, in: sets) }
        }
        try environment.read { txn in
            try #expect(txn.count(of: sets) == Int(count) + 2)
            for start in [0, 1, count * 3 / 2, (count - 1) * 3] {
                try txn.withCursor(sets) { cursor in
                    guard try cursor.seekDuplicate(bytes("k"), start) else {
                        #expect(start > (count - 1) * 3)
                        return
                    }
                    var seen: [UInt64] = []
                    try cursor.getMultiple { span in for index in span.indices { seen.append(span[index]) } }
                    try #expect(cursor.integerValue == seen.last)
                    #expect(cursor.keyBytes == bytes("k"))
                    while let more = try cursor.nextMultiple({ span in span.indices.map { span[$0] } }) { seen += more }
                    #expect(seen == values.filter { $0 >= start })
                    try #expect(cursor.nextKey())
                    try #expect(cursor.integerValue == 7)
                }
            }
        }
    }

    @Test("values put many at a time and one at a time agree with a set")
    func modelOfDuplicates() throws {
        let environment = try Environment.writable(directory.path)
        let sets = try environment.database("sets", .integerDuplicate)
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        var model: [UInt64: Set<UInt64>] = [:]
        for _ in 0..<60 {
            try environment.write { txn in
                for _ in 0..<20 {
                    let key = random.next() % 5
                    let values = (0..<(random.next() % 120)).map { _ in random.next() % 3_000 }
                    switch random.next() % 4 {
                    case 0:
                        for value in values {
                            let isStored = try txn.put(key, value, in: sets, .noDuplicateData)
                            #expect(isStored == model[key, default: []].insert(value).inserted, "seed \(seed)")
                        }
                    case 1:
                        for value in values {
                            let isDeleted = try txn.delete(key, value: value, in: sets)
                            #expect(isDeleted == (model[key]?.remove(value) != nil), "seed \(seed)")
                        }
                    default:
                        let last = model[key]?.max() ?? 0
                        let behind = Set(values).sorted().map { last + 1 + $0 }
                        try txn.appendMultiple(key, behind.span, in: sets)
                        model[key, default: []].formUnion(behind)
                    }
                }
            }
        }
        try environment.read { txn in
            try #expect(txn.count(of: sets) == model.values.map(\.count).reduce(0, +), "seed \(seed)")
            try txn.withCursor(sets) { cursor in
                for (key, values) in model where !values.isEmpty {
                    try #expect(cursor.seekExact(key))
                    var seen: [UInt64] = []
                    try cursor.forEachMultiple { span in for index in span.indices { seen.append(span[index]) } }
                    #expect(seen == values.sorted(), "seed \(seed)")
                }
            }
        }
    }

    @Test("a write cursor puts and deletes as it goes")
    func writing() throws {
        let environment = try Environment.writable(directory.path)
        let numbers = try environment.database("numbers", .integerKey)
        try environment.write { txn in
            try txn.withWriteCursor(numbers) { cursor in
                for key in 0..<1_000 as Range<UInt64> { try cursor.put(key, key, .append) }
                #expect(cursor.isOnRecord == false)
                try #expect(cursor.first())
                repeat {
                    if try cursor.integerKey % 2 == 0 { try cursor.delete() }
                } while try cursor.next()
            }
            try #expect(txn.count(of: numbers) == 500)
            try #expect(txn.contains(1 as UInt64, in: numbers))
            try #expect(!txn.contains(2 as UInt64, in: numbers))
        }
    }

    @Test("a cursor replaces the value it stands on, whatever the lengths of the old one and the new one")
    func replacing() throws {
        let environment = try Environment.writable(directory.path)
        let names = try environment.database("names")
        var model: [UInt8: [UInt8]] = [:]
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            try environment.write { txn in
                try txn.withWriteCursor(names) { cursor in
                    let key = UInt8(random.next() % 50)
                    let value = [UInt8](repeating: key, count: Int(random.next() % 1800))
                    try cursor.put([key], value, cursor.seekExact([key]) ? .current : [])
                    model[key] = value
                }
            }
        }
        try environment.read { txn in
            try #expect(txn.count(of: names) == model.count, "seed \(seed)")
            for (key, value) in model { try #expect(txn.bytes([key], in: names) == value, "seed \(seed)") }
        }
    }

    @Test("an empty database has no first, last or next")
    func empty() throws {
        let environment = try Environment.writable(directory.path)
        let names = try environment.database("names")
        try environment.read { txn in
            try txn.withCursor(names) { cursor in
                try #expect(!cursor.first())
                try #expect(!cursor.last())
                try #expect(!cursor.next())
                try #expect(!cursor.previous())
                try #expect(!cursor.seek(bytes("a")))
            }
        }
    }
}
