import Relations

/// Row-level security as platforms on Supabase know it: who asks is told by a claim, what they may, by their place in an
/// organization. Reading and writing are policies apart; what nobody may change himself is guarded by a trigger, because
/// a policy does not see a row as it was.
struct RowSecurity {
    /// Whoever signed in; `auth.uid()` tells who.
    static let authenticated = "authenticated"
    /// The platform's own code.
    static let service = "service_role"
    static let roles = [Self.authenticated, Self.service]

    /// From the least to the most.
    private static let ranks = "ARRAY['viewer', 'member', 'admin', 'owner']"

    /// The relational schema: its name qualifies all that the routines touch.
    var schema: String

    /// The policies of one table. Nil: nobody but the platform may.
    /// - Parameters:
    ///   - read: the name of the policy for reading, and the rows that the caller may see.
    ///   - service: the name of the policy by which the platform may do everything.
    func policies(
        _ table: String, read: (name: String, rows: String), insert: String? = nil, update: String? = nil,
        delete: String? = nil, service: String? = nil
    ) -> [Policy] {
        let caller = Self.authenticated
        let writing = [
            insert.map { Policy("\(table)_insert", for: .insert, to: caller, check: $0) },
            update.map { Policy("\(table)_update", for: .update, to: caller, using: $0, check: $0) },
            delete.map { Policy("\(table)_delete", for: .delete, to: caller, using: $0) },
        ].compactMap { $0 }
        return [Policy(read.name, for: .select, to: caller, using: read.rows)] + writing
            + [Policy(service ?? "\(table)_service", for: .all, to: Self.service, using: "true", check: "true")]
    }

    /// Columns of a table that only the platform changes, whatever the policies allow.
    func keeping(_ columns: String..., of table: String) -> Trigger {
        Trigger(
            "\(table)_keep_columns", "BEFORE UPDATE",
            call: "\(self.schema).keep_columns(\(columns.map { "'\($0)'" }.joined(separator: ", ")))")
    }

    /// The organizations in which the caller has at least a role.
    func organizations(_ leastRole: String) -> String { self.ofCaller("organizations", leastRole) }

    /// The values of a function that `definition` made.
    func ofCaller(_ things: String, _ leastRole: String) -> String {
        "(SELECT \(self.schema).\(things)_of_caller('\(leastRole)'))"
    }

    /// A function that tells what belongs to the caller, past the policies of the tables that it looks into.
    /// - Parameter query: uses `least_role`.
    func definition(of things: String, as type: String, _ query: String) -> Routine {
        Routine(
            "\(things)_of_caller",
            postgreSQL: """
                CREATE OR REPLACE FUNCTION \(self.schema).\(things)_of_caller(least_role text) RETURNS SETOF \(type)
                LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
                \(query)
                $body$
                """)
    }

    /// Of a column that holds a role.
    func reaches(_ role: String) -> String {
        "array_position(\(Self.ranks), \(role)::text) >= array_position(\(Self.ranks), least_role)"
    }

    /// What the policies stand on, in the order in which it is made.
    /// - Parameter memberships: the functions that tell what belongs to the caller.
    func routines(_ memberships: [Routine]) -> [Routine] {
        [Self.uid, self.calledByService, self.keepColumns] + memberships
    }

    /// Made where the database has none; Supabase has its own.
    private static let uid = Routine(
        "auth.uid",
        postgreSQL: """
            DO $do$
            BEGIN
                IF NOT EXISTS (
                    SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                    WHERE n.nspname = 'auth' AND p.proname = 'uid' AND p.pronargs = 0
                ) THEN
                    CREATE SCHEMA IF NOT EXISTS auth;
                    GRANT USAGE ON SCHEMA auth TO PUBLIC;
                    CREATE FUNCTION auth.uid() RETURNS uuid
                    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $body$
                        SELECT COALESCE(
                            NULLIF(current_setting('request.jwt.claim.sub', true), ''),
                            NULLIF(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
                    $body$;
                END IF;
            END
            $do$
            """)

    private var calledByService: Routine {
        Routine(
            "called_by_service",
            postgreSQL: """
                CREATE OR REPLACE FUNCTION \(self.schema).called_by_service() RETURNS boolean
                LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $body$
                    SELECT EXISTS (
                        SELECT FROM pg_roles WHERE rolname = '\(Self.service)' AND pg_has_role(oid, 'USAGE'))
                $body$
                """)
    }

    /// Who owns the table, as the exporter does, is not bound by policies, nor by this.
    private var keepColumns: Routine {
        Routine(
            "keep_columns",
            postgreSQL: """
                CREATE OR REPLACE FUNCTION \(self.schema).keep_columns() RETURNS trigger
                LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
                DECLARE
                    kept text;
                BEGIN
                    IF row_security_active(TG_RELID) AND NOT \(self.schema).called_by_service() THEN
                        FOREACH kept IN ARRAY TG_ARGV LOOP
                            IF to_jsonb(OLD) -> kept IS DISTINCT FROM to_jsonb(NEW) -> kept THEN
                                RAISE insufficient_privilege USING
                                    MESSAGE = format('%s of %s is not for %s to change',
                                        kept, TG_TABLE_NAME, current_user);
                            END IF;
                        END LOOP;
                    END IF;
                    RETURN NEW;
                END
                $body$
                """)
    }
}
