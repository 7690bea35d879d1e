import LedgerEvents

/// How far kept views have come.
package struct ViewsCheckpoint: Hashable, Sendable {
    package var position: Position
    package var sizeOnDiskBytes: Int
}

extension Views {
    /// How far the views in the folder `path` have come; nil where there are none that this process and version can
    /// use. Opens them for reading only.
    package static func checkpoint(in path: String) throws -> ViewsCheckpoint? {
        do {
            let store = try ViewStore(path: path, isDisposable: false, mode: .readOnly)
            guard let found = try store.readCheckpoint(), found.version == ViewCatalog.version else { return nil }
            return ViewsCheckpoint(position: found.position, sizeOnDiskBytes: store.environment.sizeOnDiskBytes)
        } catch let error as ViewsError where [.notFound, .notPermitted, .damaged].contains(error.code) {
            return nil
        }
    }
}
