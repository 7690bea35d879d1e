/// A table in pieces by time, in PostgreSQL: one partition for each month (UTC) that has rows, made when its first row
/// is written. Elsewhere the table is whole.
public struct Partitioning: Hashable, Sendable {
    /// A `timestamptz` column that may not be null, and is part of the primary key.
    public var column: String

    public static func monthly(_ column: String) -> Self { Partitioning(column: column) }
}
