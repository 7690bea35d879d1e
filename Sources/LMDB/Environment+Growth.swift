import CLedgerLMDB

extension Environment {
    /// Like `write`, but when the map is full, doubles it and runs `body` again from the start, on a transaction that
    /// saw nothing of the failed one. `body` may so run several times: it must not count on running once.
    package func writeGrowing<R: ~Copyable>(_ body: (inout WriteTransaction) throws -> R) throws -> R {
        while true {
            let mapSizeBytes = info.mapSizeBytes
            do {
                return try write(body)
            } catch let error as LMDBError where error.number == MDB_MAP_FULL && error.path == handle.path {
                try grow(toBytes: mapSizeBytes * 2)
            }
        }
    }

    /// Makes the map at least this large; never smaller. Other processes follow by themselves.
    ///
    /// Waits until no transaction of this process is open, and throws `.busy` when that takes over a minute: never
    /// call it inside one.
    package func grow(toBytes bytes: Int) throws(LMDBError) {
        let page = info.pageSizeBytes
        try handle.resizeMap(toBytes: (bytes + page - 1) / page * page)
    }
}
