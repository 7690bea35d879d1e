import LedgerEvents
import LedgerRelations

// How the vocabulary of events stands in columns.

extension ID: SQLConvertible {
    @usableFromInline package var sqlValue: SQLValue { .uuid(self.bits) }
}

/// A thing of any kind, in a column in which things of several kinds stand.
package enum AnyThing: Identified {
    package static let kind = "thing"
    package static let isTagged = false
}

package typealias ThingID = ID<AnyThing>

extension Instant: SQLConvertible {
    @usableFromInline package var sqlValue: SQLValue { .timestamp(self.microseconds) }
}

extension Day: SQLConvertible {
    @usableFromInline package var sqlValue: SQLValue { .date(self.daysSince1970) }
}

extension ExactDecimal: SQLConvertible {
    @usableFromInline package var sqlValue: SQLValue {
        .numeric(self.picos, scale: UInt8(ExactDecimal.digitsAfterPoint))
    }
}

extension Quantity: SQLConvertible {
    /// A whole number is one: sums of such stay whole.
    @usableFromInline package var sqlValue: SQLValue { self.whole.map { .integer(Int64($0)) } ?? self.decimal.sqlValue }
}

extension Position: SQLConvertible {
    @usableFromInline package var sqlValue: SQLValue { self.value.sqlValue }
}

extension JSONText: SQLConvertible {
    @usableFromInline package var sqlValue: SQLValue { .json(self.text) }
}

extension FloatVector: SQLConvertible {
    @usableFromInline package var sqlValue: SQLValue {
        var json = JSONWriter()
        self.encodeJSON(&json)
        return .json(json.text)
    }
}

extension Currency: SQLConvertible {
    @usableFromInline package var sqlValue: SQLValue { .text(self.description) }
}

extension SQLType {
    /// An exact amount of money, before it is rounded.
    package static let cost = SQLType.numeric(precision: 38, scale: 12)
    package static let quantity = SQLType.numeric(precision: 38, scale: 12)
    /// An amount of money in whole coins, of which none is smaller than 0.0001 (ISO 4217: CLF and UYW).
    package static let amount = SQLType.numeric(precision: 38, scale: 4)
}

extension String {
    /// Its first characters, as many as a `VARCHAR(n)` holds: PostgreSQL counts code points.
    package func cut(to limit: Int) -> String {
        // Few texts hold more bytes than that.
        guard self.utf8.count > limit, self.unicodeScalars.count > limit else { return self }
        return String(String.UnicodeScalarView(self.unicodeScalars.prefix(limit)))
    }
}

extension JSONText {
    /// A JSON array of strings.
    package init(list: [String]) {
        var json = JSONWriter()
        json.beginArray()
        for element in list { json.string(element) }
        json.endArray()
        self.init(uncheckedCanonical: json.text)
    }
}
