import AgentLedger
import Glibc
import LedgerEvents

extension EventSource {
    /// The command line, and the operating system's user who gave the command.
    static var commandLine: EventSource {
        var source = EventSource(channel: "cli")
        source.userAgent = "agentledger, user \(Self.systemUser)"
        return source
    }

    /// `ann (1000)`; the number alone where the system has no name for it.
    private static var systemUser: String {
        let id = getuid()
        guard let entry = getpwuid(id), let name = entry.pointee.pw_name else { return "(\(id))" }
        return "\(String(cString: name)) (\(id))"
    }
}
