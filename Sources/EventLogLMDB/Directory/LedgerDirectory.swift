import Glibc
import LedgerEvents
import LedgerLog

/// A ledger's directory: what makes one, and how it comes into being.
///
/// `ledger.json` is written last, so a directory without it is no ledger. While one is being made, a marker file stands
/// there, locked: a directory with a marker that nobody holds was left by a creation that was killed, and the next one
/// clears it away and starts over.
struct LedgerDirectory {
    let path: String

    private var identityPath: String { "\(self.path)/\(DiskLayout.identityFile)" }
    private var markerPath: String { "\(self.path)/\(DiskLayout.creatingFile)" }
    private var logPath: String { "\(self.path)/\(DiskLayout.logDirectory)" }
    var segments: SegmentDirectory { SegmentDirectory(path: self.logPath) }
    private var firstSegmentPath: String { self.segments.path(of: Position.start.next) }

    func identity() throws -> LedgerIdentity {
        guard let bytes = try Files.read(self.identityPath, limit: 4096) else {
            let why =
                Files.exists(self.markerPath)
                ? "its creation was interrupted; create it again"
                : "ledger.json is missing; check the path, or create one"
            throw EventLogError(.notFound, "opening \(self.path): there is no ledger there: \(why)")
        }
        return try LedgerIdentity(parsing: bytes, path: self.identityPath)
    }

    /// - Parameters:
    ///   - permissions: of the directory; what is made in it, now and later, has the same.
    ///   - makeSegments: makes the log's segments, on the device when it returns; nil: one that holds nothing.
    func create(
        _ identity: LedgerIdentity, permissions: UInt32 = LMDBEventLog.privatePermissions,
        makeSegments: ((SegmentDirectory) throws -> Void)? = nil
    ) throws {
        let found = try Files.names(in: self.path)
        try self.requireVacant(found ?? [])
        if found == nil { try Files.makeDirectory(self.path) }
        if chmod(self.path, permissions) != 0 { throw Files.error("setting the permissions of", self.path) }
        try self.syncName()
        let marker = try self.lockMarker()
        defer { close(marker) }
        // Another creation may have ended between the look and the lock.
        do {
            try self.requireVacant(try Files.names(in: self.path) ?? [])
        } catch {
            try Files.remove(self.markerPath)
            throw error
        }
        try self.clearLeftovers()
        try Files.makeDirectory(self.logPath)
        if let makeSegments {
            try makeSegments(self.segments)
        } else {
            try Segment.create(path: self.firstSegmentPath)
            try Files.sync(self.firstSegmentPath)
        }
        try Files.sync(self.logPath)
        try Files.writeAtomically(identity.json(), to: self.identityPath)
        try Files.remove(self.markerPath)
        try Files.sync(self.path)
    }

    /// Makes the directory's own name durable: it stands in the one above. Where that may not be read, it cannot be
    /// synced either.
    private func syncName() throws {
        let above = self.path + "/.."
        if access(above, R_OK) == 0 { try Files.sync(above) }
    }

    /// Throws unless the directory holds nothing, or only what a killed creation left.
    private func requireVacant(_ names: [String]) throws {
        let leftovers: Set = [
            DiskLayout.creatingFile, DiskLayout.logDirectory, DiskLayout.identityFile + ".tmp",
        ]
        if names.isEmpty || names.contains(DiskLayout.creatingFile) && leftovers.isSuperset(of: names) { return }
        let what = names.contains(DiskLayout.identityFile) ? "there is a ledger already" : "it holds \(names[0])"
        throw EventLogError(
            .alreadyExists, "creating a ledger in \(self.path): \(what)",
            remedy: "choose a path that holds nothing")
    }

    /// The marker's descriptor, which holds its lock until closed.
    private func lockMarker() throws -> Int32 {
        let descriptor = open(self.markerPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw Files.error("creating", self.markerPath) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
        close(descriptor)
        throw EventLogError(.alreadyExists, "creating a ledger in \(self.path): another process is creating one there")
    }

    private func clearLeftovers() throws {
        try Files.remove(self.identityPath + ".tmp")
        try self.segments.remove(self.firstSegmentPath)
        try Files.removeDirectory(self.logPath)
    }
}
