import AgentLedger
import ArgumentParser

/// A time of happening, beside the moment of recording.
struct OccurredOption: ParsableArguments {
    @Option(
        name: .customLong("as-occurred"),
        help: ArgumentHelp(
            "Only what had happened by then, by the clocks of the sources; with --at, as far as it was known at that moment. "
                + "Where one thing's own events do not tell it, everything is folded from the first event, a second or two for each million.",
            valueName: "time"),
        transform: TimeArgument.time)
    var time: Instant?
}
