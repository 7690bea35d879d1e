/// A table in pieces by time, in PostgreSQL: one partition for each month (UTC) that has rows, made when its first row
/// is written. Elsewhere the table is whole.
package struct Partitioning: Hashable, Sendable {
    /// A `timestamptz` column that may not be null, and is part of the primary key.
    package var column: String

    package static func monthly(_ column: String) -> Self { Partitioning(column: column) }
}
