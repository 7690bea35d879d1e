import LedgerRelations

/// A relational schema with where the rows of its tables come from, and what other stores hold beside them.
package struct Projection: Sendable {
    package let schema: Schema
    /// A relation for each table of the schema.
    let relations: [String: Relation]
    let keys: [Keys]
    let keySettings: String
    let points: Points?

    /// Whether there is anything for a key-value store.
    package var hasKeys: Bool { !self.keys.isEmpty }
    /// Whether there is anything for a time series database.
    package var hasPoints: Bool { self.points != nil }

    /// - Parameters:
    ///   - relations: in load order: parents before the tables that refer to them.
    ///   - keys: what a key-value store holds; `keySettings` says what shapes it beside the ledger.
    ///   - points: what a time series database holds.
    package init(
        _ name: String, version: Int, description: String, enumerations: Schema.EnumerationStyle = .checks,
        relations: [Relation], roles: [String] = [], routines: [Routine] = [], views: [SchemaView] = [],
        deviations: [Deviation] = [], keys: [Keys] = [], keySettings: String = "", points: Points? = nil
    ) {
        self.schema = Schema(
            name, version: version, enumerations: enumerations, description: description,
            tables: relations.map(\.table), roles: roles, routines: routines, views: views,
            deviations: deviations)
        self.relations = Dictionary(uniqueKeysWithValues: relations.map { ($0.declaration.name, $0) })
        self.keys = keys
        self.keySettings = keySettings
        self.points = points
    }
}
