/// One cell: what a column's closure returns and every destination writes.
///
/// The cases say what a value is, never how a destination spells it.
@usableFromInline package enum SQLValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case text(String)
    /// The 128 bits in the order in which they are written: the first hexadecimal digit is the highest.
    case uuid(UInt128)
    /// Microseconds since 1970-01-01T00:00:00 UTC, proleptic Gregorian calendar.
    case timestamp(Int64)
    /// Days since 1970-01-01.
    case date(Int32)
    /// The exact decimal `unscaled / 10^scale`.
    case numeric(Int128, scale: UInt8)
    /// A JSON document, already valid JSON text.
    case json(String)
    case bytes([UInt8])
    case textArray([String])
}
