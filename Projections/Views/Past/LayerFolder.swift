import Glibc
import LedgerEvents
import LedgerLMDB

/// A folder of layers, each named by its range. Any number of processes may add to it and take from it.
final class LayerFolder {
    typealias Range = (from: Position, through: Position)

    let path: String
    /// Files that are not to be used and could not be removed.
    private var refused: Set<String> = []

    init(_ path: String) { self.path = path }

    /// Makes the folder where there is none; false where files cannot be added.
    func isWritable() -> Bool {
        mkdir(self.path, InheritedMode.directory(at: self.path))
        return access(self.path, W_OK | X_OK) == 0
    }

    private func names() -> [String] {
        guard let directory = opendir(self.path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }

    func ranges() -> [Range] {
        Set(self.names()).subtracting(self.refused).compactMap { LayerIdentity.range(named: $0) }
    }

    /// The layer with this range; nil, and the file is gone, where it cannot be read or is not `wanted`.
    func layer(_ range: Range, isWanted: (LayerIdentity) throws -> Bool) rethrows -> Layer? {
        let name = LayerIdentity.name(range.from, range.through)
        let path = "\(self.path)/\(name)"
        // What is wrong with it is of no interest: it is folded again.
        guard let file = MappedFile(path: path), let layer = Layer(file, path: path),
            layer.identity.name == name, try isWanted(layer.identity)
        else {
            self.remove(name)
            return nil
        }
        return layer
    }

    func path(of identity: LayerIdentity) -> String { "\(self.path)/\(identity.name)" }

    /// Removes the layer with this path, where it is one of this folder.
    func remove(path: String) {
        if let slash = path.lastIndex(of: "/"), path[..<slash] == self.path {
            self.remove(String(path[path.index(after: slash)...]))
        }
    }

    private func remove(_ name: String) {
        if unlink("\(self.path)/\(name)") != 0, errno != ENOENT { self.refused.insert(name) }
    }

    // MARK: Keeping it small

    private static let secondsUntilAbandoned = 3600

    /// Removes layers that are not `wanted`, and what processes that died left unfinished.
    func sweep(isWanted: (LayerIdentity) throws -> Bool) rethrows {
        for range in self.ranges() {
            let name = LayerIdentity.name(range.from, range.through)
            let footer = MappedFile(path: "\(self.path)/\(name)").flatMap { LayerFooter($0.bytes) }
            guard let footer, footer.identity.name == name, try isWanted(footer.identity) else {
                self.remove(name)
                continue
            }
        }
        for name in self.names() where name.hasPrefix(UnfinishedFile.prefix) {
            guard let status = self.status(name), Int(status.st_mtim.tv_sec) + Self.secondsUntilAbandoned < time(nil)
            else { continue }
            unlink("\(self.path)/\(name)")
        }
    }

    /// Notes that a layer was of use now.
    func touch(_ layer: Layer) { utimes(self.path(of: layer.identity), nil) }

    /// Removes the layers that were not of use for longest, as far as there are more than this.
    func keepLatest(_ count: Int, bytes: Int) {
        let files = self.ranges().compactMap { range in
            let name = LayerIdentity.name(range.from, range.through)
            return self.status(name).map { (name: name, bytes: Int($0.st_size), used: $0.st_mtim) }
        }.sorted { ($0.used.tv_sec, $0.used.tv_nsec) > ($1.used.tv_sec, $1.used.tv_nsec) }
        var total = 0
        for (index, file) in files.enumerated() {
            total += file.bytes
            if index >= count || total > bytes { self.remove(file.name) }
        }
    }

    private func status(_ name: String) -> stat? {
        var status = stat()
        return lstat("\(self.path)/\(name)", &status) == 0 ? status : nil
    }
}
