import Glibc
import LedgerEvents

/// Where layers are kept: those that stay, and those of the positions that were asked for last.
struct PastFolders {
    /// What is kept of positions that were asked for: so many layers, and no more bytes than this.
    static let recentLayers = 8
    static let recentBytes = 2 << 30

    let snapshots: LayerFolder
    let recent: LayerFolder

    init(_ path: String, origin: UInt128) {
        self.snapshots = LayerFolder(path)
        let isThere = access(path, F_OK) == 0
        let isWritable = access(isThere ? path : Self.parent(of: path), W_OK) == 0
        self.recent = LayerFolder(isWritable ? "\(path)/recent" : Self.privateFolder(origin))
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    static var temporary: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

    /// In TMPDIR, and this user's alone: what others put there is not believed.
    private static func privateFolder(_ origin: UInt128) -> String {
        let folder = "\(Self.temporary)/agentledger-\(geteuid())"
        mkdir(folder, 0o700)
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
            status.st_mode & 0o022 == 0
        else { return "" }
        return "\(folder)/\(hexadecimal(ViewKey(origin).bytes))"
    }

    /// A folder for files without a name.
    static func scratch(_ folders: PastFolders?) throws -> String {
        guard let folders, folders.snapshots.isWritable() || folders.recent.isWritable() else { return Self.temporary }
        return folders.snapshots.isWritable() ? folders.snapshots.path : folders.recent.path
    }

    func route(before position: Position, snapshotsOnly: Bool) -> LayerRoute {
        LayerRoute(
            snapshots: self.snapshots.ranges(), recent: snapshotsOnly ? [] : self.recent.ranges(), before: position)
    }

    func remove(_ damage: Layer.Damage) {
        guard let path = damage.path else { return }
        self.snapshots.remove(path: path)
        self.recent.remove(path: path)
    }

    /// Notes that a position was asked for again.
    func touch(_ stack: LayerStack) {
        if let last = stack.layers.last, stack.snapshots < stack.layers.count { self.recent.touch(last) }
    }
}
