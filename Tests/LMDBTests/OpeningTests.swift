import Foundation
import LedgerLMDB
import Seeded
import Testing

@Suite struct OpeningTests {
    let directory = TemporaryDirectory()

    @Test("reading a missing path says so, and creates nothing")
    func missing() throws {
        let path = directory.path + "/nothing"
        let error = refusal { _ = try Environment(path: path) }
        #expect(error?.code == .notFound)
        #expect(
            error?.description
                == "Opening \(path): no environment is there (data.mdb is missing or empty). Check the path.")
        try #expect(directory.listing() == [])
    }

    @Test("reading an empty directory says so, and creates nothing")
    func emptyDirectory() throws {
        #expect(refusal { _ = try Environment(path: directory.path) }?.code == .notFound)
        try #expect(directory.listing() == [])
    }

    @Test("reading leaves the directory as it is, with a lock file and without")
    func readOnlyCreatesNothing() throws {
        let path = directory.path + "/e"
        do {
            let environment = try Environment.writable(path)
            let names = try environment.database("names")
            try environment.write { txn in _ = try txn.put(bytes("a"), bytes("alpha"), in: names) }
            try environment.copy(to: directory.path + "/copy", compact: true)
        }
        for (name, files) in [("e", ["data.mdb", "lock.mdb"]), ("copy", ["data.mdb"])] {
            let data = try Data(contentsOf: URL(fileURLWithPath: directory.path + "/\(name)/data.mdb"))
            do {
                let environment = try Environment(path: directory.path + "/" + name)
                let names = try #require(try environment.openDatabase("names"))
                try #expect(environment.read { txn in try txn.bytes(bytes("a"), in: names) } == bytes("alpha"))
                #expect(refusal { try environment.write { _ in } }?.code == .permission)
            }
            try #expect(directory.listing(name) == files)
            try #expect(Data(contentsOf: URL(fileURLWithPath: directory.path + "/\(name)/data.mdb")) == data)
        }
    }

    @Test("a reader without a lock file notices the first writer")
    func unseenWriter() throws {
        do {
            let environment = try Environment.writable(directory.path + "/e")
            _ = try environment.database("names")
            try environment.copy(to: directory.path + "/copy", compact: false)
        }
        let environment = try Environment(path: directory.path + "/copy")
        try environment.read { _ in }
        // Another process would do this.
        try Data().write(to: URL(fileURLWithPath: directory.path + "/copy/lock.mdb"))
        #expect(refusal { try environment.read { _ in } }?.code == .busy)
    }

    @Test("a file in place of the directory is refused")
    func file() throws {
        let path = directory.path + "/file"
        try Data("hello".utf8).write(to: URL(fileURLWithPath: path))
        for mode in [Environment.Mode.readOnly, .readWrite] {
            let error = refusal { _ = try Environment(path: path, options: .init(mode: mode)) }
            #expect(error?.code == .invalid)
            #expect(
                error?.description
                    == "Opening \(path): it is a file; an environment is a directory with data.mdb in it.")
        }
    }

    @Test("garbage in data.mdb is refused", arguments: [1, 100, 4_096, 8_192, 100_000])
    func garbage(byteCount: Int) throws {
        var random = SplitMix64(seed: 42)
        let garbage = Data((0..<byteCount).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        try garbage.write(to: URL(fileURLWithPath: directory.path + "/data.mdb"))
        for mode in [Environment.Mode.readOnly, .readWrite] {
            let error = refusal { _ = try Environment(path: directory.path, options: .init(mode: mode)) }
            #expect(error?.code == .corrupted)
            #expect(error?.description.contains(directory.path) == true)
        }
        try #expect(Data(contentsOf: URL(fileURLWithPath: directory.path + "/data.mdb")) == garbage)
    }

    @Test("a truncated copy is refused")
    func truncated() throws {
        do {
            let environment = try Environment.writable(directory.path)
            let numbers = try environment.database("numbers", .integerKey)
            try environment.write { txn in
                for key in 0..<20_000 as Range<UInt64> { try txn.put(key, key, in: numbers, .append) }
            }
        }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: directory.path + "/data.mdb"))
        try file.truncate(atOffset: 65_536)
        let error = refusal { _ = try Environment(path: directory.path) }
        #expect(error?.code == .corrupted)
        #expect(error?.description.contains("65536 bytes") == true)
        // Opened for writing it is made as long as it should be, and what is missing is found when it is read.
        let environment = try Environment(path: directory.path, options: .readWrite)
        #expect(refusal { _ = try environment.openDatabase("numbers") }?.code == .corrupted)
    }

    @Test("a file that LMDB left short is made whole by the commit")
    func shortFile() throws {
        let environment = try Environment.writable(directory.path)
        let names = try environment.database("names")
        try environment.write { txn in
            for key in 0..<200 as Range<UInt64> { try txn.put(key, [UInt8](repeating: 1, count: 10_000), in: names) }
            for key in 0..<200 as Range<UInt64> { try txn.delete(key, in: names) }
        }
        #expect(environment.sizeOnDiskBytes >= environment.info.usedBytes)
    }

    @Test("a second opening shares the first, by any path, unless it cannot")
    func sharing() throws {
        let path = directory.path + "/e"
        let reader: Environment
        do {
            let writer = try Environment.writable(path)
            let names = try writer.database("names")
            reader = try Environment(path: directory.path + "/./e")
            try writer.write { txn in _ = try txn.put(bytes("a"), bytes("alpha"), in: names) }
            try #expect(reader.read { txn in try txn.bytes(bytes("a"), in: names) } == bytes("alpha"))
            #expect(refusal { try reader.write { _ in } }?.code == .permission)
            #expect(refusal { _ = try Environment(path: path, options: .readWrite) }?.code == .alreadyOpen)
        }
        try reader.read { _ in }
        let other = directory.path + "/other"
        do { _ = try Environment.writable(other) }
        let onlyReader = try Environment(path: other)
        let error = refusal { _ = try Environment.writable(other) }
        #expect(error?.code == .alreadyOpen)
        #expect(
            error?.description
                == "Opening \(other) for writing: this process has it open read-only. Close that Environment first.")
        try onlyReader.read { _ in }
    }

    @Test("what nobody writes any more is read without locks, and then not shared with those who need them")
    func withoutLocks() throws {
        do {
            let environment = try Environment.writable(directory.path)
            let names = try environment.database("names")
            try environment.write { txn in _ = try txn.put(bytes("a"), bytes("alpha"), in: names) }
        }
        try FileManager.default.removeItem(atPath: directory.path + "/lock.mdb")
        let frozen = try Environment(path: directory.path, options: .init(mapSizeBytes: 1, usesLocks: false))
        let names = try #require(try frozen.openDatabase("names"))
        try #expect(frozen.read { txn in try txn.bytes(bytes("a"), in: names) } == bytes("alpha"))
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/lock.mdb"))
        #expect(refusal { _ = try Environment(path: directory.path) }?.code == .alreadyOpen)
        _ = try Environment(path: directory.path, options: .init(usesLocks: false))
    }

    @Test("too many databases name the remedy")
    func databasesFull() throws {
        let environment = try Environment(
            path: directory.path, options: .init(mode: .readWrite, maxDatabases: 1, syncMode: .none))
        _ = try environment.database("one")
        let error = refusal { _ = try environment.openDatabase("two", .create) }
        #expect(error?.code == .databasesFull)
        #expect(error?.description.contains("Open with a larger maxDatabases.") == true)
    }

    @Test("too many readers name the remedy")
    func readersFull() throws {
        let environment = try Environment(
            path: directory.path, options: .init(mode: .readWrite, maxReaders: 2, syncMode: .none))
        let error = refusal {
            try environment.read { _ in try environment.read { _ in try environment.read { _ in } } }
        }
        #expect(error?.code == .readersFull)
        #expect(environment.readersCheck() == 0)
        #expect(environment.info.maxReaders == 2)
    }
}
