extension AdoptedSchema {
    /// Common table expressions, to follow `WITH`, that end in `tree(id, parent, depth)`: every row of `edges` once, its
    /// parent one level above it. A row that is above itself loses its parent.
    /// - Parameter edges: a query of ids and parents; a parent is null or among the ids.
    static func tree(_ edges: String) -> String {
        """
        RECURSIVE edges(id, parent) AS MATERIALIZED (\(edges)),
        rooted(id) AS (
          SELECT id FROM edges WHERE parent IS NULL UNION ALL SELECT e.id FROM edges e JOIN rooted r ON e.parent = r.id),
        loose AS MATERIALIZED (
          SELECT * FROM edges e WHERE NOT EXISTS (SELECT FROM rooted r WHERE r.id = e.id)),
        reached(id, above) AS (
          SELECT * FROM loose UNION SELECT r.id, l.parent FROM reached r JOIN loose l ON l.id = r.above),
        rings AS MATERIALIZED (SELECT id FROM reached WHERE id = above),
        tree(id, parent, depth) AS (
          SELECT id, NULL::uuid, 0 FROM edges e WHERE parent IS NULL OR EXISTS (SELECT FROM rings r WHERE r.id = e.id)
          UNION ALL SELECT e.id, e.parent, t.depth + 1 FROM edges e JOIN tree t ON t.id = e.parent
          WHERE NOT EXISTS (SELECT FROM rings r WHERE r.id = e.id))
        """
    }
}
