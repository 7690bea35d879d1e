import LedgerEvents

extension Rejection {
    package static func notFound(_ kind: String, _ id: String) -> Rejection {
        Rejection(.notFound, "there is no \(kind) \(id)")
    }

    package static func alreadyExists(_ kind: String, _ id: some CustomStringConvertible) -> Rejection {
        Rejection(.alreadyExists, "\(kind) \(id) exists already, with other contents")
    }

    /// A step that the state machine does not have, naming both states and what is allowed instead.
    package static func invalidTransition<Status: RawRepresentable<String>>(
        of kind: String, from: Status, to: Status, allowed: [Status]
    ) -> Rejection {
        if allowed.isEmpty {
            return Rejection(.invalidTransition, "\(kind) is \(from.rawValue); no further transition is allowed")
        }
        let ways = allowed.map(\.rawValue).joined(separator: ", ")
        return Rejection(
            .invalidTransition,
            "\(kind.withArticle) cannot go from \(from.rawValue) to \(to.rawValue); allowed: \(ways)")
    }

    @usableFromInline package static func invalid(_ field: String, _ rule: String) -> Rejection {
        Rejection(.invalidValue, "\(field) \(rule)")
    }

    package static func broken(_ rule: String) -> Rejection { Rejection(.ruleBroken, rule) }
}

/// Checks that several entities share.
@usableFromInline
enum Require {
    static func text(_ value: String, _ field: String, upTo limit: Int = 255) throws(Rejection) {
        if value.isEmpty { throw .invalid(field, "must not be empty") }
        // As SQL counts them.
        let count = value.unicodeScalars.count
        if count > limit { throw .invalid(field, "is \(count) characters long; the limit is \(limit)") }
    }

    /// Lower-case letters, digits and single inner dashes, 1 to 100 characters.
    static func slug(_ value: String, _ field: String) throws(Rejection) {
        let allowed = value.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "-")
        }
        guard allowed, (1...100).contains(value.utf8.count), value.first != "-", value.last != "-" else {
            throw .invalid(field, "\"\(value)\" must be 1 to 100 of a-z, 0-9 and inner dashes")
        }
    }

    @inlinable
    static func id<E>(_ value: ID<E>, _ field: @autoclosure () -> String) throws(Rejection) {
        if value == .zero { throw .invalid(field(), "must be given") }
    }

    /// How many: 0 to 1e12, so that sums of millions fit.
    static func quantity(_ value: Int, _ field: String) throws(Rejection) {
        try self.quantity(Quantity(value), field)
    }

    static func quantity(_ value: Quantity, _ field: String) throws(Rejection) {
        guard (0...1_000_000_000_000).contains(value) else {
            throw .invalid(field, "is \(value); it must lie within 0 and 1000000000000")
        }
    }

    /// What one thing costs.
    static func cost(_ value: ExactDecimal, _ field: String) throws(Rejection) {
        guard value >= .zero, value <= Metering.highestCost else {
            throw .invalid(field, "is \(value); it must lie within 0 and \(Metering.highestCost)")
        }
    }

    /// How long something took: 0 to some 3,000 years, which is more than two times in nanoseconds can lie apart.
    static func duration(milliseconds: Int, _ field: String) throws(Rejection) {
        guard (0...100_000_000_000_000).contains(milliseconds) else {
            throw .invalid(field, "is \(milliseconds); it must lie within 0 and 100000000000000")
        }
    }

    static func notNegative(_ value: Int, _ field: String) throws(Rejection) {
        if value < 0 { throw .invalid(field, "is \(value); it must not be negative") }
    }
}
