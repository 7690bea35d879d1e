extension PostgreSQLDialect {
    /// Roles, row-level security with its policies, and what the roles may do at all.
    func accessStatements(_ schema: Schema) -> [String] {
        let guarded = schema.tables.filter { !$0.policies.isEmpty }
        return schema.roles.map(self.createRole)
            + guarded.map { "\(self.alter($0, in: schema)) ENABLE ROW LEVEL SECURITY" }
            + self.permissionStatements(schema)
    }

    /// Policies and grants.
    private func permissionStatements(_ schema: Schema) -> [String] {
        schema.tables.flatMap { table in
            self.policies(of: table).map { self.createPolicy($0, on: table, in: schema) }
        } + schema.roles.map { self.grants(to: $0, in: schema) }
    }

    /// Replaces the policies and grants of a schema that was exported with tenants' writes allowed, or without.
    package func replacePermissions(_ schema: Schema) -> [String] {
        let drops = schema.tables.flatMap { table in
            table.policies.map { policy in
                "DROP POLICY IF EXISTS \(self.quoted(policy.name)) ON \(self.qualified(table.name, in: schema))"
            }
        }
        let revocations = schema.roles.map { role in
            self.where(
                role, "REVOKE ALL ON ALL TABLES IN SCHEMA \(self.quoted(schema.name)) FROM \(self.quoted(role));")
        }
        return drops + revocations + self.permissionStatements(schema)
    }

    /// Without tenants' writes, tenants only read.
    private func policies(of table: TableDeclaration) -> [RowPolicy] {
        table.policies.filter { self.tenantWrites || !$0.letsTenantsWrite }
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
    private func createPolicy(_ policy: RowPolicy, on table: TableDeclaration, in schema: Schema) -> String {
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

    /// Each command that a policy speaks of, on its table and columns; nothing where the role does not exist.
    private func grants(to role: String, in schema: Schema) -> String {
        let grants = schema.tables.flatMap { table -> [String] in
            let policies = self.policies(of: table).filter { $0.role == role }
            let words =
                policies.contains { $0.command == .all }
                ? ["SELECT, INSERT, UPDATE, DELETE"]
                : policies.map { policy in
                    policy.command.rawValue + (policy.columns.map { " (\(self.quotedList($0)))" } ?? "")
                }
            return words.map { "GRANT \($0) ON \(self.qualified(table.name, in: schema)) TO \(self.quoted(role));" }
        }
        let views = schema.views.map { view in
            "GRANT SELECT ON \(self.qualified(view.name, in: schema)) TO \(self.quoted(role));"
        }
        let usage = "GRANT USAGE ON SCHEMA \(self.quoted(schema.name)) TO \(self.quoted(role));"
        return self.where(role, ([usage] + grants + views).joined(separator: "\n        "))
    }

    /// Runs statements where a role exists.
    private func `where`(_ role: String, _ statements: String) -> String {
        """
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = \(self.quotedText(role))) THEN
                \(statements)
            END IF;
        END $$
        """
    }
}
