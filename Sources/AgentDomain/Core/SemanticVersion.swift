import LedgerEvents

/// `MAJOR.MINOR.PATCH`, ordered (semver.org 2.0.0 section 11, without pre-releases).
struct SemanticVersion: Comparable {
    var parts: [Int]

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, parts.allSatisfy({ ($0 ?? -1) >= 0 }) else { return nil }
        self.parts = parts.compactMap { $0 }
    }

    static func < (a: SemanticVersion, b: SemanticVersion) -> Bool { a.parts.lexicographicallyPrecedes(b.parts) }
}

extension SemanticVersion {
    static let first = "1.0.0"

    var text: String { self.parts.map { String($0) }.joined(separator: ".") }

    /// `1.4.2` to `1.4.3`.
    var nextPatch: String { "\(self.parts[0]).\(self.parts[1]).\(self.parts[2] + 1)" }

    /// The version that a new revision gets: the one asked for, which must be higher than the last, or the next patch.
    static func following(_ last: String, asked: String?) throws(Rejection) -> String {
        let current = try Require.version(last, "version")
        guard let asked else { return current.nextPatch }
        guard try Require.version(asked, "version") > current else {
            throw .invalid("version", "\(asked) must be higher than \(last)")
        }
        return asked
    }
}

extension Require {
    /// `MAJOR.MINOR.PATCH` without leading zeros, of up to 20 characters: no part is beyond what one more fits into.
    static func version(_ text: String, _ field: String) throws(Rejection) -> SemanticVersion {
        guard text.utf8.count <= 20, let version = SemanticVersion(text), version.text == text else {
            throw .invalid(field, "\"\(text)\" must read MAJOR.MINOR.PATCH, such as 1.4.2")
        }
        return version
    }
}
