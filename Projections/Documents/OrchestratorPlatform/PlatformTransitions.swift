import AgentDomain
import Ledger
import Relations

/// Holds whoever changes a run's status to the transitions that there are. An exporter brings the status that a run has
/// come to, by however many.
enum PlatformTransitions {
    static let trigger = Trigger(
        "workflow_executions_check_transition", "BEFORE UPDATE OF status",
        call: "orchestrator_platform.check_transition()")

    /// Anyone may say that they export; only the tables' owner is believed.
    static let routine = Routine(
        "check_transition",
        postgreSQL: """
            CREATE OR REPLACE FUNCTION orchestrator_platform.check_transition() RETURNS trigger
            LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
            BEGIN
                IF NEW.status IS DISTINCT FROM OLD.status
                    AND (row_security_active(TG_RELID)
                        OR current_setting('agentledger.exporting', true) IS DISTINCT FROM 'on')
                    AND NOT (OLD.status || ' ' || NEW.status) = ANY (ARRAY[\(Self.allowed)])
                THEN
                    RAISE check_violation USING
                        MESSAGE = format('a run cannot go from %s to %s', OLD.status, NEW.status);
                END IF;
                RETURN NEW;
            END
            $body$
            """)

    private static let allowed = WorkflowExecution.Status.allCases.flatMap { status in
        status.successors.map { "'\(status.rawValue) \($0.rawValue)'" }
    }.joined(separator: ", ")
}
