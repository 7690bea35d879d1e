import LedgerRelations

/// Row-level security as platforms on Supabase know it: a claim says who asks, and membership in an organization says
/// what they may do. Reading and writing have separate policies. Columns that only the platform sets are guarded by a
/// trigger, since a policy does not see a row as it was.
struct RowSecurity {
    /// Everybody who signed in; `auth.uid()` says who.
    static let authenticated = "authenticated"
    /// The platform's own code.
    static let service = "service_role"
    static let roles = [Self.authenticated, Self.service]

    /// From the least to the most.
    private static let ranks = "ARRAY['viewer', 'member', 'admin', 'owner']"

    /// The relational schema: its name qualifies all that the routines touch.
    var schema: String
    /// The table that says by `id` whose account `is_active`.
    var accounts = "users"

    /// Rows that a tenant may insert or update, and the columns that the tenant may give. The columns that decide who
    /// owns a row are never among those of an update.
    struct Write {
        /// Which rows may be updated; unused for an insert.
        var rows: String?
        /// What must hold of the row as it is left.
        var check: String
        var columns: [String]

        static func insert(_ columns: String..., where check: String...) -> Write {
            Write(check: check.joined(separator: " AND "), columns: columns)
        }

        /// - Parameter check: what must hold of the row before, and of the row as it is left.
        static func update(_ columns: String..., where check: String, leaving: String? = nil) -> Write {
            Write(rows: check, check: leaving ?? check, columns: columns)
        }
    }

    /// The policies of one table. Nil: nobody but the platform may.
    /// - Parameters:
    ///   - read: the name of the policy for reading, and the rows that the caller may see.
    ///   - service: the name of the policy by which the platform may do everything.
    func policies(
        _ table: String, read: (name: String, rows: String), insert: Write? = nil, update: Write? = nil,
        delete: String? = nil, service: String? = nil
    ) -> [RowPolicy] {
        let caller = Self.authenticated
        let writing = [
            insert.map { write in
                RowPolicy(
                    "\(table)_insert", for: .insert, to: caller, check: write.check, columns: write.columns,
                    letsTenantsWrite: true)
            },
            update.map { write in
                RowPolicy(
                    "\(table)_update", for: .update, to: caller, using: write.rows, check: write.check,
                    columns: write.columns, letsTenantsWrite: true)
            },
            delete.map { RowPolicy("\(table)_delete", for: .delete, to: caller, using: $0, letsTenantsWrite: true) },
        ].compactMap { $0 }
        return [RowPolicy(read.name, for: .select, to: caller, using: read.rows)] + writing
            + [RowPolicy(service ?? "\(table)_service", for: .all, to: Self.service, using: "true", check: "true")]
    }

    /// Refuses all columns but those that the policies name, even if more were granted later.
    func guarding(_ policies: [RowPolicy], of table: String) -> Trigger {
        func columns(_ command: RowPolicy.Command) -> String {
            let columns = policies.first { $0.command == command && $0.letsTenantsWrite }?.columns ?? []
            return "'\(columns.joined(separator: ","))'"
        }
        return Trigger(
            "\(table)_guard_columns", "BEFORE INSERT OR UPDATE",
            call: "\(self.schema).guard_columns(\(columns(.insert)), \(columns(.update)))")
    }

    /// The organizations in which the caller has at least a role.
    func organizations(_ leastRole: String) -> String { self.ofCaller("organizations", leastRole) }

    /// The values of a function that `definition` made.
    func ofCaller(_ things: String, _ leastRole: String) -> String {
        "(SELECT \(self.schema).\(things)_of_caller('\(leastRole)'))"
    }

    /// The user who asks; null where nobody is signed in, or the account is not active.
    var caller: String { "(SELECT \(self.schema).caller())" }

    /// A function that returns what belongs to the caller, past the policies of the tables that it reads.
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

    /// Whether more than reading is allowed, if more is asked for: an organization that is not active can only be read.
    func isWritable(_ isActive: String) -> String { "(least_role = 'viewer' OR \(isActive))" }

    /// Whether a user's account is active: only such a user becomes a member. Users do not see each other.
    func isActiveUser(_ column: String) -> String { "\(self.schema).is_active_user(\(column))" }

    /// What the policies need, in the order in which it is created.
    /// - Parameter memberships: the functions that return what belongs to the caller.
    func routines(_ memberships: [Routine]) -> [Routine] {
        [Self.uid, self.calledByService, self.callingUser, self.activeUser, self.guardColumns] + memberships
    }

    /// Created where the database has none, and replaced where it is ours; Supabase has its own.
    private static let uid = Routine(
        "auth.uid",
        postgreSQL: """
            DO $do$
            BEGIN
                IF EXISTS (
                    SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                    WHERE n.nspname = 'auth' AND p.proname = 'uid' AND p.pronargs = 0
                        AND (pg_catalog.obj_description(p.oid, 'pg_proc') IS DISTINCT FROM 'Made by AgentLedger.'
                            OR NOT pg_catalog.pg_has_role(p.proowner, 'USAGE'))
                ) THEN
                    RETURN;
                END IF;
                IF to_regnamespace('auth') IS NULL THEN
                    CREATE SCHEMA auth;
                    GRANT USAGE ON SCHEMA auth TO PUBLIC;
                END IF;
                CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid
                LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $body$
                    SELECT COALESCE(
                        NULLIF(current_setting('request.jwt.claim.sub', true), ''),
                        NULLIF(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
                $body$;
                COMMENT ON FUNCTION auth.uid() IS 'Made by AgentLedger.';
            END
            $do$
            """)

    /// Memberships may be a tenant's own words, so the user's account decides whether anything is in sight.
    private var callingUser: Routine {
        Routine(
            "caller",
            postgreSQL: """
                CREATE OR REPLACE FUNCTION \(self.schema).caller() RETURNS uuid
                LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
                SELECT u.id FROM \(self.schema).\(self.accounts) u WHERE u.id = auth.uid() AND u.is_active
                $body$
                """)
    }

    private var activeUser: Routine {
        Routine(
            "is_active_user",
            postgreSQL: """
                CREATE OR REPLACE FUNCTION \(self.schema).is_active_user(account uuid) RETURNS boolean
                LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
                SELECT \(self.schema).caller() IS NOT NULL
                    AND EXISTS (SELECT FROM \(self.schema).\(self.accounts) u WHERE u.id = account AND u.is_active)
                $body$
                """)
    }

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

    /// The table's owner, as the exporter is, is bound neither by policies nor by this. On insert a column that is not
    /// the tenant's to give must hold its default.
    private var guardColumns: Routine {
        Routine(
            "guard_columns",
            postgreSQL: """
                CREATE OR REPLACE FUNCTION \(self.schema).guard_columns() RETURNS trigger
                LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
                DECLARE
                    free text[] := string_to_array(TG_ARGV[CASE TG_OP WHEN 'INSERT' THEN 0 ELSE 1 END], ',');
                    kept record;
                    expected jsonb;
                BEGIN
                    IF NOT row_security_active(TG_RELID) OR \(self.schema).called_by_service() THEN
                        RETURN NEW;
                    END IF;
                    FOR kept IN
                        SELECT a.attname AS name, pg_get_expr(d.adbin, d.adrelid) AS initial
                        FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                        WHERE a.attrelid = TG_RELID AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                            AND a.attname <> ALL (free)
                    LOOP
                        IF TG_OP = 'UPDATE' THEN
                            expected := to_jsonb(OLD) -> kept.name;
                        ELSE
                            EXECUTE 'SELECT coalesce(to_jsonb(' || coalesce(kept.initial, 'NULL::text') || '), ''null'')'
                                INTO expected;
                        END IF;
                        IF expected IS DISTINCT FROM to_jsonb(NEW) -> kept.name THEN
                            RAISE insufficient_privilege USING
                                MESSAGE = format('%s of %s is not for %s to set', kept.name, TG_TABLE_NAME, current_user);
                        END IF;
                    END LOOP;
                    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) ? 'updated_at' THEN
                        NEW.updated_at := now();
                    END IF;
                    RETURN NEW;
                END
                $body$
                """)
    }
}
