extension TableDeclaration {
    /// The table of what this table's rows held over time: a slowly changing dimension of type 2, whose columns are
    /// named as those of a dbt snapshot, with the range of log positions beside the range of times.
    ///
    /// Where the table has columns of these names itself, those of the version begin with `version_`.
    ///
    /// Both ranges are half-open. Versions that begin and end in one append have an empty range of times; positions
    /// tell them apart. What holds for rows of one moment (uniqueness, references, checks) does not hold here.
    package func versions() -> TableDeclaration {
        let description = (self.description.map { "\($0) " } ?? "") + "One row for each version."
        var versions = TableDeclaration(
            name: self.name, primaryKey: self.primaryKey + [self.versionName("from_position")], description: description
        )
        for column in self.columns {
            var column = column
            column.index = nil
            column.isUnique = false
            column.reference = nil
            versions.add(column)
        }
        for column in Self.versionColumns {
            var column = column
            column.name = self.versionName(column.name)
            versions.add(column)
        }
        let problems = versions.problems
        precondition(problems.isEmpty, problems.joined(separator: "; "))
        return versions
    }

    private func versionName(_ name: String) -> String { self.column(name) == nil ? name : "version_\(name)" }

    /// What a version says beside the row's own columns.
    private static let versionColumns = [
        ColumnDeclaration(
            name: "dbt_scd_id", type: .varchar(32), nullable: false,
            description: "The version's id: the same whenever it is exported."),
        ColumnDeclaration(
            name: "dbt_updated_at", type: .timestamptz, nullable: false,
            description: "When the event that made the version was recorded."),
        ColumnDeclaration(
            name: "dbt_valid_from", type: .timestamptz, nullable: false,
            description: "When the event that made the version was recorded."),
        ColumnDeclaration(
            name: "dbt_valid_to", type: .timestamptz, nullable: true,
            description: "When the event that ended it was recorded; null for the current version."),
        ColumnDeclaration(
            name: "from_position", type: .bigint, nullable: false, unit: "log position",
            description: "The event that made the version."),
        ColumnDeclaration(
            name: "to_position", type: .bigint, nullable: true, unit: "log position",
            description: "The event that ended it; null for the current version."),
    ]
}
