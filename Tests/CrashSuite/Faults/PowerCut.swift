import Foundation
import Seeded

/// Takes away what a power failure could take: a random part of what was written and not synced. The process that wrote
/// it is dead, and had the preloaded library note what stood there before.
struct PowerCut {
    private static let sector = 512
    private static let entryBytes = 16 + PowerCut.sector
    private static let headerBytes = 24

    private var random: SplitMix64
    private(set) var sectorsLost = 0
    private(set) var namesLost = 0

    init(seed: UInt64) { self.random = SplitMix64(seed: seed) }

    mutating func strike(_ site: Site) throws {
        var files: [UInt64: String] = [:]
        for name in FileManager.default.enumerator(atPath: site.root)?.compactMap({ $0 as? String }) ?? [] {
            let path = "\(site.root)/\(name)"
            var status = stat()
            if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG { files[UInt64(status.st_ino)] = path }
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: site.journal).sorted() {
            guard let inode = UInt64(name), let file = files[inode] else { continue }
            try self.loseContents(of: file, "\(site.journal)/\(name)")
        }
        try self.loseNames(site)
        try site.clearJournal()
    }

    /// See Tests/FaultInjection/contents.c for the journal's form.
    private mutating func loseContents(of file: String, _ journal: String) throws {
        let notes = open(journal, O_RDONLY | O_CLOEXEC)
        defer { close(notes) }
        guard let header = try? Self.read(notes, at: 0, count: Self.headerBytes), Self.word(header, 0) == 1 else {
            return  // The process died while it made the journal, and wrote nothing to the file.
        }
        let durableSize = Int(Self.word(header, 8))
        var status = stat()
        lstat(file, &status)
        let size = Int(status.st_size)
        if Self.word(header, 16) == 0, size <= durableSize { return }
        let target = open(file, O_RDWR | O_CLOEXEC)
        defer { close(target) }
        let entries = try Self.read(notes, at: Self.headerBytes, count: Int(Self.word(header, 16)) * Self.entryBytes)
        // A page is written sector by sector, and a torn one keeps some of them; or whole pages go or stay.
        let isByPage = Bool.random(using: &self.random)
        let chance = ([0.1, 0.5, 0.9, 1] as [Double]).randomElement(using: &self.random) ?? 1
        var end = durableSize
        var fates: [UInt64: Bool] = [:]
        for start in stride(from: 0, to: entries.count, by: Self.entryBytes) {
            let offset = Self.word(entries, start)
            let count = Int(UInt32(truncatingIfNeeded: Self.word(entries, start + 8)))
            let isDurable = Self.word(entries, start + 8) >> 32 == 0
            let isLost =
                isByPage
                ? fates[offset / 4096, default: Double.random(in: 0..<1, using: &self.random) < chance]
                : Double.random(in: 0..<1, using: &self.random) < chance
            fates[offset / 4096] = isLost
            guard !isDurable, isLost else {
                end = max(end, min(size, Int(offset) + Self.sector))
                continue
            }
            let bytes = entries[start + 16..<start + 16 + count] + Array(repeating: 0, count: Self.sector - count)
            let held = Array(bytes.prefix(max(0, size - Int(offset))))
            guard pwrite(target, held, held.count, off_t(offset)) == held.count else {
                throw Failure("\(file) cannot be written")
            }
            self.sectorsLost += 1
        }
        // The file's length is written of its own.
        if end < size, Bool.random(using: &self.random), ftruncate(target, off_t(end)) != 0 {
            throw Failure("\(file) cannot be truncated")
        }
    }

    /// In each folder, what was done last and not synced is undone, as far back as chance will have it.
    private mutating func loseNames(_ site: Site) throws {
        guard let text = try? String(contentsOfFile: site.journal + "/names", encoding: .utf8) else { return }
        var pending: [NameChange] = []
        for line in text.split(separator: "\n") {
            let change = NameChange(line)
            if change.kind == "sync" {
                pending.removeAll { $0.folder == change.path }
            } else {
                // What happened in a folder that is moved has happened in its new place.
                if change.kind == "rename" { for index in pending.indices { pending[index].follow(change) } }
                pending.append(change)
            }
        }
        let folders = Set(pending.map(\.folder)).sorted()
        for folder in folders {
            let count = pending.count(where: { $0.folder == folder })
            var kept = Int.random(in: 0...count, using: &self.random)
            for index in pending.indices where pending[index].folder == folder {
                pending[index].isLost = kept <= 0
                kept -= 1
            }
        }
        for change in pending.reversed() where change.isLost {
            self.namesLost += 1
            change.undo()
        }
    }

    private static func read(_ descriptor: Int32, at offset: Int, count: Int) throws -> [UInt8] {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
        }
        guard bytes.count == count else { throw Failure("a journal is cut short") }
        return bytes
    }

    private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
        bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
    }
}
