import LedgerDomain

/// What users must know of a command beside its fields and refusals.
package enum CommandNote {
    /// Nil for most commands.
    package static func note(on command: String) -> String? {
        switch command {
        case RetentionPolicy.command:
            "Recorded only: it does nothing yet. No data is deleted, archived or left out of an export because of it."
        case _: nil
        }
    }
}
