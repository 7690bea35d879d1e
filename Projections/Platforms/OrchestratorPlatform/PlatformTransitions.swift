import LedgerDomain
import LedgerRelations
import LedgerTables

/// Holds everybody who changes a run's status to the allowed transitions; an exporter brings the status that a run has
/// reached, over however many steps.
enum PlatformTransitions {
    static let trigger = Trigger(
        "workflow_executions_check_transition", "BEFORE UPDATE",
        call: "orchestrator_platform.check_transition()")

    /// Anyone may set `agentledger.exporting`; only the tables' owner is believed. A tenant cancels, pauses, resumes and
    /// retries; the platform says the rest, and what has ended stays as it ended.
    static let routine = Routine(
        "check_transition",
        postgreSQL: """
            CREATE OR REPLACE FUNCTION orchestrator_platform.check_transition() RETURNS trigger
            LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
            DECLARE
                is_tenant boolean := row_security_active(TG_RELID) AND NOT orchestrator_platform.called_by_service();
                step text := OLD.status || ' ' || NEW.status;
            BEGIN
                IF NEW.status IS DISTINCT FROM OLD.status
                    AND (row_security_active(TG_RELID)
                        OR current_setting('agentledger.exporting', true) IS DISTINCT FROM 'on')
                    AND step <> ALL (ARRAY[\(Self.allowed { _, _ in true })])
                THEN
                    RAISE check_violation USING
                        MESSAGE = format('a run cannot go from %s to %s', OLD.status, NEW.status);
                END IF;
                IF is_tenant AND NEW.status IS DISTINCT FROM OLD.status
                    AND step <> ALL (ARRAY[\(Self.allowed(Self.isForTenants))])
                THEN
                    RAISE insufficient_privilege USING
                        MESSAGE = format('that a run goes from %s to %s is for the platform to say', OLD.status, NEW.status);
                END IF;
                IF is_tenant AND NEW.status = OLD.status AND OLD.status = ANY (ARRAY[\(Self.ended)]) THEN
                    RAISE insufficient_privilege USING MESSAGE = format('the run is %s; it cannot be changed', OLD.status);
                END IF;
                RETURN NEW;
            END
            $body$
            """)

    private typealias Status = WorkflowExecution.Status

    private static func isForTenants(_ old: Status, _ new: Status) -> Bool {
        switch (old, new) {
        case (_, .cancelled), (_, .paused), (.paused, .running), (.failed, .queued): true
        case _: false
        }
    }

    private static func allowed(_ isMeant: (Status, Status) -> Bool) -> String {
        Status.allCases.flatMap { old in
            old.successors.filter { isMeant(old, $0) }.map { "'\(old.rawValue) \($0.rawValue)'" }
        }.joined(separator: ", ")
    }

    private static let ended = [Status.completed, .failed, .cancelled, .timeout].map { "'\($0.rawValue)'" }
        .joined(separator: ", ")
}
