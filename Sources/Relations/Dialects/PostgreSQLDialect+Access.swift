extension PostgreSQLDialect {
    /// Roles, row-level security with its policies, and what the roles may do at all.
    func accessStatements(_ schema: Schema) -> [String] {
        let guarded = schema.tables.filter { !$0.policies.isEmpty }
        return schema.roles.map(self.createRole)
            + guarded.map { "\(self.alter($0, in: schema)) ENABLE ROW LEVEL SECURITY" }
            + guarded.flatMap { table in table.policies.map { self.createPolicy($0, on: table, in: schema) } }
            + schema.roles.map { self.grants(to: $0, in: schema) }
    }

    /// Who may not make roles goes on without: a database administrator can make it later.
    private func createRole(_ role: String) -> String {
        """
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = \(self.quotedText(role))) THEN
                CREATE ROLE \(self.quoted(role)) NOLOGIN;
            END IF;
        EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN NULL;
        END $$
        """
    }

    /// For everyone who is in the role, asked by name: the role may be made after the policy. The question does not
    /// depend on the row, so it is asked once in a statement.
    private func createPolicy(_ policy: Policy, on table: TableDeclaration, in schema: Schema) -> String {
        let isMember =
            "(SELECT coalesce(bool_or(pg_has_role(r.oid, 'USAGE')), false) FROM pg_roles r "
            + "WHERE r.rolname = \(self.quotedText(policy.role)))"
        func clause(_ keyword: String, _ condition: String?) -> String {
            condition.map { " \(keyword) (\(isMember) AND (\($0)))" } ?? ""
        }
        return "CREATE POLICY \(self.quoted(policy.name)) ON \(self.qualified(table.name, in: schema)) "
            + "FOR \(policy.command.rawValue) TO PUBLIC" + clause("USING", policy.using)
            + clause("WITH CHECK", policy.check)
    }

    /// Each command that a policy speaks of, on its table; nothing where the role does not exist.
    private func grants(to role: String, in schema: Schema) -> String {
        let grants = schema.tables.compactMap { table -> String? in
            let commands = table.policies.filter { $0.role == role }.map(\.command)
            guard !commands.isEmpty else { return nil }
            let words =
                commands.contains(.all)
                ? "SELECT, INSERT, UPDATE, DELETE"
                : ["SELECT", "INSERT", "UPDATE", "DELETE"].filter { word in commands.contains { $0.rawValue == word } }
                    .joined(separator: ", ")
            return "GRANT \(words) ON \(self.qualified(table.name, in: schema)) TO \(self.quoted(role));"
        }
        let views = schema.views.map { view in
            "GRANT SELECT ON \(self.qualified(view.name, in: schema)) TO \(self.quoted(role));"
        }
        return """
            DO $$ BEGIN
                IF EXISTS (SELECT FROM pg_roles WHERE rolname = \(self.quotedText(role))) THEN
                    GRANT USAGE ON SCHEMA \(self.quoted(schema.name)) TO \(self.quoted(role));
                    \((grants + views).joined(separator: "\n        "))
                END IF;
            END $$
            """
    }
}
