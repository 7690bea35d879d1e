/// A Swift value that a column can hold. Identifiers, instants and money conform where a schema is declared.
public protocol SQLConvertible: SendableMetatype {
    var sqlValue: SQLValue { get }
    /// Whether a column of this type may be null when its declaration does not say so.
    static var isNullable: Bool { get }
}

extension SQLConvertible {
    @inlinable public static var isNullable: Bool { false }
}

extension SQLConvertible where Self: RawRepresentable, RawValue: SQLConvertible {
    @inlinable public var sqlValue: SQLValue { self.rawValue.sqlValue }
}

extension SQLValue: SQLConvertible {
    @inlinable public var sqlValue: SQLValue { self }
}

extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    @inlinable public var sqlValue: SQLValue {
        switch self {
        case .some(let value): value.sqlValue
        case .none: .null
        }
    }
    @inlinable public static var isNullable: Bool { true }
}

extension Bool: SQLConvertible {
    @inlinable public var sqlValue: SQLValue { .bool(self) }
}

extension Int: SQLConvertible {
    @inlinable public var sqlValue: SQLValue { .integer(Int64(self)) }
}

extension Int32: SQLConvertible {
    @inlinable public var sqlValue: SQLValue { .integer(Int64(self)) }
}

extension Int64: SQLConvertible {
    @inlinable public var sqlValue: SQLValue { .integer(self) }
}

extension UInt32: SQLConvertible {
    @inlinable public var sqlValue: SQLValue { .integer(Int64(self)) }
}

/// Above `Int64.max` an unsigned number is a numeric; its column must then be one too.
extension UInt64: SQLConvertible {
    @inlinable public var sqlValue: SQLValue {
        if let value = Int64(exactly: self) { return .integer(value) }
        return .numeric(Int128(self), scale: 0)
    }
}

extension Double: SQLConvertible {
    @inlinable public var sqlValue: SQLValue { .double(self) }
}

extension String: SQLConvertible {
    @inlinable public var sqlValue: SQLValue { .text(self) }
}

extension Array: SQLConvertible where Element: SQLArrayElement {
    @inlinable public var sqlValue: SQLValue { Element.sqlArray(self) }
}

/// An element whose arrays fit one column: strings as a text array, bytes as a byte string.
public protocol SQLArrayElement {
    static func sqlArray(_ elements: [Self]) -> SQLValue
}

extension String: SQLArrayElement {
    @inlinable public static func sqlArray(_ elements: [String]) -> SQLValue { .textArray(elements) }
}

extension UInt8: SQLArrayElement {
    @inlinable public static func sqlArray(_ elements: [UInt8]) -> SQLValue { .bytes(elements) }
}
