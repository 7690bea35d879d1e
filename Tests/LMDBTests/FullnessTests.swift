import Foundation
import LedgerLMDB
import Testing

@Suite struct FullnessTests {
    let directory = TemporaryDirectory()

    private func fill(_ txn: inout WriteTransaction, _ database: Database, count: UInt64) throws {
        let value = [UInt8](repeating: 7, count: 1_000)
        for key in 0..<count { try txn.put(key, value, in: database) }
    }

    @Test("a full map throws and stores nothing")
    func mapFull() throws {
        let environment = try Environment.writable(directory.path, mapSizeBytes: 256 << 10)
        let numbers = try environment.database("numbers", .integerKey)
        let error = refusal { try environment.write { txn in try fill(&txn, numbers, count: 2_000) } }
        #expect(error?.code == .mapFull)
        #expect(error?.description.contains("Grow the map") == true)
        try #expect(environment.read { txn in try txn.count(of: numbers) } == 0)
        try environment.write { txn in try fill(&txn, numbers, count: 10) }
    }

    @Test("writeGrowing doubles the map until the write fits")
    func growing() throws {
        let environment = try Environment.writable(directory.path, mapSizeBytes: 256 << 10)
        let numbers = try environment.database("numbers", .integerKey)
        try environment.writeGrowing { txn in try fill(&txn, numbers, count: 2_000) }
        try #expect(environment.read { txn in try txn.count(of: numbers) } == 2_000)
        #expect(environment.info.mapSizeBytes == 4 << 20)
        try environment.grow(toBytes: 1)
        #expect(environment.info.mapSizeBytes == 4 << 20)
    }

    @Test("the map grows between the reads of other threads")
    func growingUnderReaders() async throws {
        let environment = try Environment.writable(directory.path, mapSizeBytes: 256 << 10)
        let numbers = try environment.database("numbers", .integerKey)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    for _ in 0..<3_000 {
                        do {
                            try environment.read { outer in
                                let count = try outer.count(of: numbers)
                                try environment.read { inner in try #expect(inner.count(of: numbers) >= count) }
                            }
                        } catch { Issue.record(error) }
                    }
                }
            }
            group.addTask {
                do {
                    for round in 1...20 as ClosedRange<UInt64> {
                        try environment.writeGrowing { txn in try fill(&txn, numbers, count: round * 100) }
                    }
                } catch { Issue.record(error) }
            }
        }
        try #expect(environment.read { txn in try txn.count(of: numbers) } == 2_000)
    }

    /// Needs to be root, like the machines that run these tests.
    @Test("a full disk throws, stores nothing, and the environment goes on when space is freed")
    func diskFull() throws {
        let path = directory.path + "/disk"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try #require(mount("tmpfs", path, "tmpfs", 0, "size=1m") == 0, "mounting a small tmpfs needs root")
        defer { umount2(path, Int32(MNT_DETACH)) }
        let environment = try Environment(path: path + "/e", options: .readWrite)
        let numbers = try environment.database("numbers", .integerKey)
        try environment.write { txn in try fill(&txn, numbers, count: 1) }
        try Data(count: 300_000).write(to: URL(fileURLWithPath: path + "/ballast"))

        let error = refusal { try environment.write { txn in try fill(&txn, numbers, count: 700) } }
        #expect(error?.code == .diskFull)
        #expect(error?.description.contains("the disk is full") == true)
        #expect(error.map { $0.number > 0 } == true)
        #expect(error?.description.contains("\(path)/e") == true)
        #expect(error?.description.contains("Free space") == true)
        try #expect(environment.read { txn in try txn.count(of: numbers) } == 1)

        try FileManager.default.removeItem(atPath: path + "/ballast")
        try environment.write { txn in try fill(&txn, numbers, count: 400) }
        try #expect(environment.read { txn in try txn.count(of: numbers) } == 400)
    }

    @Test("a read-only file system is read without locks")
    func readOnlyFileSystem() throws {
        let path = directory.path + "/disk"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try #require(mount("tmpfs", path, "tmpfs", 0, "size=1m") == 0, "mounting a small tmpfs needs root")
        defer { umount2(path, Int32(MNT_DETACH)) }
        do {
            let environment = try Environment.writable(path)
            let numbers = try environment.database("numbers", .integerKey)
            try environment.write { txn in try fill(&txn, numbers, count: 3) }
        }
        try #require(mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), "") == 0)
        let environment = try Environment(path: path)
        let numbers = try #require(try environment.openDatabase("numbers"))
        try #expect(environment.read { txn in try txn.count(of: numbers) } == 3)
        #expect(refusal { _ = try Environment(path: path + "/new", options: .readWrite) }?.code == .permission)
    }

    @Test("copies hold the same records, and are never written over")
    func copy() throws {
        let environment = try Environment.writable(directory.path + "/e")
        let numbers = try environment.database("numbers", .integerKey)
        try environment.write { txn in try fill(&txn, numbers, count: 500) }
        try environment.sync()
        try environment.copy(to: directory.path + "/a/copy", compact: true)
        let error = refusal { try environment.copy(to: directory.path + "/a/copy", compact: false) }
        #expect(error?.code == .invalid)
        let copy = try Environment(path: directory.path + "/a/copy")
        let copied = try #require(try copy.openDatabase("numbers"))
        try #expect(copy.read { txn in try txn.count(of: copied) } == 500)
    }
}
