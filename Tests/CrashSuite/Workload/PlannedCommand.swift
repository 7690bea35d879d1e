import LedgerEvents

/// A command as its number determines it, with an idempotency key: a writer that does not know whether its last ones
/// were recorded gives them again.
enum PlannedCommand {
    private static let organization = UUIDText.format(0x0198_c000_0000_7000_8000_0000_0000_00a1)
    private static let workflow = UUIDText.format(0x0198_c000_0000_7000_8000_0000_0000_00b1)

    static func key(_ number: Int) -> String { "command \(number)" }

    static func json(_ number: Int) -> String {
        let command =
            switch number {
            case 0:
                Self.command("organization.create", Self.organization, "organization_id", #","name":"A","slug":"a""#)
            case 1:
                Self.command(
                    "workflow.create", Self.workflow, "workflow_id",
                    #","organization_id":"\#(Self.organization)","name":"W""#)
            case 2: Self.command("workflow.activate", Self.workflow, "workflow_id")
            default: Self.ofRun((number - 3) / 8, step: (number - 3) % 8)
            }
        return #"{"idempotency_key":"\#(Self.key(number))",\#(command)}"#
    }

    private static func ofRun(_ run: Int, step: Int) -> String {
        let id = UUIDText.format(0x0198_c000_0000_7000_8000_0001_0000_0000 + UInt128(run))
        func fact(_ name: String, _ member: String, _ more: String) -> String {
            let own = UUIDText.format(0x0198_c000_0000_7000_8000_0002_0000_0000 + UInt128(run * 8 + step))
            return Self.command(name, own, member, #","workflow_execution_id":"\#(id)",\#(more)"#)
        }
        return switch step {
        case 0:
            Self.command(
                "workflow_execution.queue", id, "execution_id", #","workflow_id":"\#(Self.workflow)""#)
        case 1: Self.command("workflow_execution.dispatch", id, "execution_id")
        case 2: Self.command("workflow_execution.start", id, "execution_id")
        case 3: fact("model_call.record", "model_call_id", #""provider":"p","model":"m","input_tokens":\#(run % 900)"#)
        case 4: fact("log_line.record", "log_id", #""level":"info","message":"line \#(run)""#)
        case 5: fact("model_call.record", "model_call_id", #""provider":"p","model":"m","output_tokens":\#(run % 7)"#)
        case 6: Self.command("workflow.rename", Self.workflow, "workflow_id", #","name":"W\#(run)""#)
        default:
            Self.command(
                run % 3 == 0 ? "workflow_execution.fail" : "workflow_execution.complete", id, "execution_id")
        }
    }

    private static func command(_ name: String, _ id: String, _ member: String, _ more: String = "") -> String {
        #""command":"\#(name)","data":{"\#(member)":"\#(id)"\#(more)}"#
    }
}
