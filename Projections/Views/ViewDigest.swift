import Crypto
import LedgerDomain
import LedgerEvents

/// The SHA-256 over the rows of one view in key order: equal exactly when the views are.
package struct ViewDigest: Hashable, Sendable {
    package var view: String
    package var rows: Int
    /// 64 hexadecimal digits.
    package var digest: String
}

extension Views {
    /// The digest of every view, in the order of the catalogue.
    package func digests() throws -> [ViewDigest] {
        try ViewCatalog.names.enumerated().map { place, view in
            var hash = SHA256()
            var rows = 0
            try self.records.forEachRecord(in: place) { key, value in
                rows += 1
                for part in [key.count, value.count] {
                    withUnsafeBytes(of: UInt64(part).littleEndian) { hash.update(bufferPointer: $0) }
                }
                hash.update(bufferPointer: key)
                hash.update(bufferPointer: value)
            }
            return ViewDigest(view: view, rows: rows, digest: hexadecimal(hash.finalize()))
        }
    }

    /// One digest over those of all views.
    package static func summary(of digests: [ViewDigest]) -> String {
        var hash = SHA256()
        for digest in digests { hash.update(data: Array("\(digest.view) \(digest.digest)\n".utf8)) }
        return hexadecimal(hash.finalize())
    }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
