import AgentLedger
import ArgumentParser
import LedgerEvents

/// A time of happening, beside the moment of recording.
struct OccurredOption: ParsableArguments {
    @Option(
        name: .customLong("as-occurred"),
        help: ArgumentHelp(
            "Only what had happened by then, by the clocks of the sources; with --at, as far as it was known at that moment. "
                + "Everything is folded in the order in which it occurred, a second or two for each million events.",
            valueName: "time"),
        transform: TimeArgument.time)
    var time: Instant?

    /// Says how many events could not be applied in the order in which they occurred.
    func note(of reader: LedgerReader) {
        let count = reader.eventsAppliedWhereRecorded
        guard self.time != nil, count > 0 else { return }
        Diagnostics.note(
            "\(Text.count(count, "event")) could not be applied in the order of occurrence, and \(count == 1 ? "was" : "were") "
                + "applied in that of recording")
    }
}
