/// A Swift value that a column can hold. Identifiers, instants and money conform where a schema is declared.
@usableFromInline package protocol SQLConvertible: SendableMetatype {
    var sqlValue: SQLValue { get }
    /// Whether a column of this type may be null when its declaration does not say so.
    static var isNullable: Bool { get }
}

extension SQLConvertible {
    @inlinable package static var isNullable: Bool { false }
}

extension SQLConvertible where Self: RawRepresentable, RawValue: SQLConvertible {
    @inlinable package var sqlValue: SQLValue { self.rawValue.sqlValue }
}

extension SQLValue: SQLConvertible {
    @inlinable package var sqlValue: SQLValue { self }
}

extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    @inlinable package var sqlValue: SQLValue {
        switch self {
        case .some(let value): value.sqlValue
        case .none: .null
        }
    }
    @inlinable package static var isNullable: Bool { true }
}

extension Bool: SQLConvertible {
    @inlinable package var sqlValue: SQLValue { .bool(self) }
}

extension Int: SQLConvertible {
    @inlinable package var sqlValue: SQLValue { .integer(Int64(self)) }
}

extension Int32: SQLConvertible {
    @inlinable package var sqlValue: SQLValue { .integer(Int64(self)) }
}

extension Int64: SQLConvertible {
    @inlinable package var sqlValue: SQLValue { .integer(self) }
}

extension UInt32: SQLConvertible {
    @inlinable package var sqlValue: SQLValue { .integer(Int64(self)) }
}

/// Above `Int64.max` an unsigned number is a numeric; its column must then be one too.
extension UInt64: SQLConvertible {
    @inlinable package var sqlValue: SQLValue {
        if let value = Int64(exactly: self) { return .integer(value) }
        return .numeric(Int128(self), scale: 0)
    }
}

extension Double: SQLConvertible {
    @inlinable package var sqlValue: SQLValue { .double(self) }
}

extension String: SQLConvertible {
    @inlinable package var sqlValue: SQLValue { .text(self) }
}

extension Array: SQLConvertible where Element: SQLArrayElement {
    @inlinable package var sqlValue: SQLValue { Element.sqlArray(self) }
}

/// An element whose arrays fit one column: strings as a text array, bytes as a byte string.
@usableFromInline package protocol SQLArrayElement {
    static func sqlArray(_ elements: [Self]) -> SQLValue
}

extension String: SQLArrayElement {
    @inlinable package static func sqlArray(_ elements: [String]) -> SQLValue { .textArray(elements) }
}

extension UInt8: SQLArrayElement {
    @inlinable package static func sqlArray(_ elements: [UInt8]) -> SQLValue { .bytes(elements) }
}
