import Relations

/// A relational schema with where the rows of its tables come from.
public struct Projection: Sendable {
    public let schema: Schema
    /// A relation for each table of the schema.
    let relations: [String: Relation]

    /// - Parameter relations: in load order: parents before the tables that refer to them.
    package init(
        _ name: String, version: Int, description: String, enumerations: Schema.EnumerationStyle = .checks,
        relations: [Relation], roles: [String] = [], routines: [Routine] = [], views: [View] = [],
        deviations: [Deviation] = []
    ) {
        self.schema = Schema(
            name, version: version, enumerations: enumerations, description: description,
            tables: relations.map(\.declaration), roles: roles, routines: routines, views: views,
            deviations: deviations)
        self.relations = Dictionary(uniqueKeysWithValues: relations.map { ($0.declaration.name, $0) })
    }
}
