/// The organization of each thing, by its slug as the platform writes it: a row names nothing of another organization in
/// the ledger.
extension AdoptedSchema {
    /// Common table expressions of `id` and `adopted_slug`, to follow `WITH`. What stands in for something missing is there,
    /// too. A deliverable belongs where its conversation does, else where what it was made in or for does, else to its
    /// user's organization; `adopted_has_COLUMN` says whether the thing named there is of the same one.
    var places: String {
        let unowned = "'without-owner'"
        let hasProject = self.has("deliverables", "project_id")
        let project = hasProject ? "LEFT JOIN placed_projects p ON p.id = d.project_id" : ""
        return """
            placed_conversations AS MATERIALIZED (
              SELECT id, adopted_slug FROM \(AdoptedConversation.rows(self)) there
              UNION ALL SELECT id, adopted_slug FROM \(AdoptedConversation.missingRows(self)) missing),
            placed_projects AS MATERIALIZED (
              SELECT p.id, c.adopted_slug FROM \(self.table("projects")) p
              JOIN placed_conversations c ON c.id = p.conversation_id
              UNION ALL SELECT DISTINCT s.project_id, \(unowned) FROM \(self.table("project_steps")) s
              WHERE NOT EXISTS (SELECT FROM \(self.table("projects")) p WHERE p.id = s.project_id)),
            placed_steps AS MATERIALIZED (
              SELECT s.id, p.adopted_slug, s.project_id FROM \(self.table("project_steps")) s
              JOIN placed_projects p ON p.id = s.project_id),
            placed_tasks AS MATERIALIZED (
              SELECT t.id, coalesce(c.adopted_slug, \(AdoptedCoreUser.slug(of: "u"))) AS adopted_slug
              FROM \(self.table("tasks")) t LEFT JOIN placed_conversations c ON c.id = t.agent_conversation_id
              LEFT JOIN \(self.table("users")) u ON u.id = t.user_id),
            named_deliverables AS (
              SELECT d.*, s.adopted_slug AS adopted_step_slug, s.project_id AS adopted_step_project,
                t.adopted_slug AS adopted_task_slug, \(hasProject ? "p.adopted_slug" : "NULL") AS adopted_project_slug,
                \(hasProject ? "d.project_id" : "NULL::uuid") AS adopted_project,
                coalesce(c.adopted_slug, s.adopted_slug, \(hasProject ? "p.adopted_slug, " : "")t.adopted_slug,
                  \(AdoptedCoreUser.slug(of: "u"))) AS adopted_slug
              FROM \(self.table("deliverables")) d
              LEFT JOIN placed_conversations c ON c.id = d.conversation_id
              LEFT JOIN placed_steps s ON s.id = d.project_step_id \(project)
              LEFT JOIN placed_tasks t ON t.id = d.task_id LEFT JOIN \(self.table("users")) u ON u.id = d.user_id),
            placed_deliverables AS MATERIALIZED (
              SELECT *, adopted_step_slug = adopted_slug AS adopted_has_project_step_id,
                adopted_task_slug = adopted_slug AS adopted_has_task_id,
                adopted_project_slug = adopted_slug AND (adopted_step_slug IS DISTINCT FROM adopted_slug
                  OR adopted_step_project = adopted_project) AS adopted_has_project_id
              FROM named_deliverables),
            placed_products AS (
              SELECT id, array_agg(adopted_slug) AS adopted_slugs, array_agg(kind || ' ' || adopted_slug) AS adopted_things FROM (
                SELECT id, adopted_slug, 'conversation' AS kind FROM placed_conversations
                UNION ALL SELECT id, adopted_slug, 'project' FROM placed_projects
                UNION ALL SELECT id, adopted_slug, 'project_step' FROM placed_steps
                UNION ALL SELECT id, adopted_slug, 'task' FROM placed_tasks
                UNION ALL SELECT id, adopted_slug, 'deliverable' FROM placed_deliverables
                UNION ALL SELECT v.id, coalesce(d.adopted_slug, \(unowned)), 'deliverable_version'
                FROM \(self.table("deliverable_versions")) v
                LEFT JOIN placed_deliverables d ON d.id = v.deliverable_id) products GROUP BY id)
            """
    }
}
