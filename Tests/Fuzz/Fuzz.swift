import ArgumentParser
import Fuzzing
import Glibc
import Synchronization

@main
struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Gives damaged inputs to the readers of bytes from outside: none may trap, hang or keep memory.",
        discussion: """
            An input depends on the seed and its number alone. What traps or hangs says how to run it again.

            Examples:
              fuzz                                     a million inputs for each reader
              fuzz otlp --seed 7 --inputs 10000
              fuzz records --seed 7 --from 4711 --inputs 1
            """)

    @Argument(help: "records, otlp, commands; all when left out.")
    var targets: [String] = []

    @Option(help: "The damage is the same for the same seed; a new one each day when left out.")
    var seed: UInt64 = UInt64(time(nil) / 86_400)

    @Option(help: "The number of the first input.")
    var from: UInt64 = 0

    @Option(help: "How many inputs for each reader.")
    var inputs: UInt64 = 1_000_000

    func validate() throws {
        let names = try FuzzTarget.all.map(\.name)
        for target in self.targets where !names.contains(target) {
            throw ValidationError("there is no reader \(target); there are \(names.joined(separator: ", "))")
        }
    }

    func run() throws {
        Watch.start()
        for target in try FuzzTarget.all where self.targets.isEmpty || self.targets.contains(target.name) {
            try self.run(target)
        }
    }

    private func run(_ target: FuzzTarget) throws {
        var taken = 0
        var early = 0
        let end = self.from + self.inputs
        for round in self.from..<end {
            Watch.note("fuzz \(target.name) --seed \(self.seed) --from ", round)
            if try target.run(seed: self.seed, round: round) { taken += 1 }
            if round - self.from == self.inputs / 5 { early = Self.anonymousKibibytes() }
        }
        Watch.rest()
        let late = Self.anonymousKibibytes()
        print(
            "\(target.name): \(self.inputs) inputs of seed \(self.seed), \(taken) taken, the rest refused; "
                + "memory \(early / 1024) MiB after a fifth, \(late / 1024) MiB at the end")
        guard late < early + 32 << 10 else {
            print("\(target.name): memory grew by \((late - early) / 1024) MiB")
            throw ExitCode.failure
        }
    }

    private static func anonymousKibibytes() -> Int {
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("RssAnon:") { return Int(text.split(whereSeparator: { " \t".contains($0) })[1]) ?? 0 }
        }
        return 0
    }
}

/// Says which input it was when the process dies of it, or does not come to an end.
enum Watch {
    private static let round = Atomic<UInt64>(.max)
    // SAFETY: set before the first input of a target, read by the handler of a signal and by the watching thread.
    nonisolated(unsafe) private static var text: UnsafeMutablePointer<CChar>?
    nonisolated(unsafe) private static var known = ""

    private static let patienceSeconds: UInt32 = 20

    static func start() {
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE] {
            signal(number) { number in
                Watch.say("died of signal \(number)")
                signal(number, SIG_DFL)
                raise(number)
            }
        }
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { _ in
                while true {
                    let before = Watch.round.load(ordering: .relaxed)
                    sleep(Watch.patienceSeconds)
                    if before != .max, before == Watch.round.load(ordering: .relaxed) {
                        Watch.say("has not come to an end for \(Watch.patienceSeconds) s")
                        _exit(1)
                    }
                }
            }, nil)
    }

    static func note(_ command: String, _ round: UInt64) {
        if command != self.known {
            self.known = command
            self.text = strdup(command)
        }
        self.round.store(round, ordering: .relaxed)
    }

    static func rest() { self.round.store(.max, ordering: .relaxed) }

    private static func say(_ what: String) {
        let command = self.text.map { String(cString: $0) } ?? ""
        let line = "\(what); again with: \(command)\(self.round.load(ordering: .relaxed)) --inputs 1\n"
        _ = Array(line.utf8).withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }
}
