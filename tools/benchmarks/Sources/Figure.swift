import Foundation

/// What one benchmark came to, beside its rival: printed as one JSON object on a line.
struct Figure {
    enum Unit: String {
        case eventsPerSecond = "events/s"
        case spansPerSecond = "spans/s"
        case attributesPerSecond = "attributes/s"
        case commandsPerSecond = "commands/s"
        case rowsPerSecond = "rows/s"
        case microseconds = "us"
        case milliseconds = "ms"
        case mebibytes = "MiB"

        var moreIsBetter: Bool {
            switch self {
            case .eventsPerSecond, .spansPerSecond, .attributesPerSecond, .commandsPerSecond, .rowsPerSecond: true
            case .microseconds, .milliseconds, .mebibytes: false
            }
        }
    }

    var name: String
    var unit: Unit
    /// One for each repetition.
    var values: [Double]
    var rival: (name: String, values: [Double])?

    /// `value` and `rival_value` are medians. `ratio` says how many times as good as the rival we are: of rates ours by
    /// its, of times its by ours.
    func print() {
        var members: [(String, String)] = [
            ("name", "\"\(self.name)\""), ("value", Self.text(self.values.median)),
            ("unit", "\"\(self.unit.rawValue)\""),
        ]
        if let rival {
            let (ours, its) = (self.values.median, rival.values.median)
            members += [
                ("rival", "\"\(rival.name)\""), ("rival_value", Self.text(its)),
                ("ratio", Self.text(self.unit.moreIsBetter ? ours / its : its / ours)),
            ]
        } else {
            members += [("rival", "null"), ("rival_value", "null"), ("ratio", "null")]
        }
        members += [("min", Self.text(self.values.min() ?? 0)), ("max", Self.text(self.values.max() ?? 0))]
        if let rival {
            members += [
                ("rival_min", Self.text(rival.values.min() ?? 0)), ("rival_max", Self.text(rival.values.max() ?? 0)),
            ]
        }
        members.append(("runs", "\(self.values.count)"))
        Swift.print("{\(members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ","))}")
        fflush(nil)
    }

    /// Four digits; whole numbers from a thousand on.
    private static func text(_ value: Double) -> String {
        abs(value) >= 1000 ? String(format: "%.0f", value) : String(format: "%.4g", value)
    }
}

extension [Double] {
    var median: Double {
        let sorted = self.sorted()
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

/// Measures by turns, so that whatever else the machine does meets all sides alike. Who goes first changes, too.
/// - Returns: for each side what its runs came to.
func takeTurns<R>(_ runs: Int, _ sides: [() async throws -> R]) async throws -> [[R]] {
    var found = [[R]](repeating: [], count: sides.count)
    for run in 0..<runs {
        for turn in sides.indices {
            let side = (run + turn) % sides.count
            found[side].append(try await sides[side]())
        }
    }
    return found
}

func alternate<R>(
    _ runs: Int, _ ours: @escaping () async throws -> R, rival: @escaping () async throws -> R
) async throws -> (ours: [R], rival: [R]) {
    let found = try await takeTurns(runs, [ours, rival])
    return (found[0], found[1])
}

/// Seconds that `body` takes.
func seconds(_ body: () async throws -> Void) async throws -> Double {
    let start = ContinuousClock.now
    try await body()
    let time = (ContinuousClock.now - start).components
    return Double(time.seconds) + Double(time.attoseconds) * 1e-18
}

/// What is said to whoever waits.
enum Progress {
    static func say(_ text: String) { FileHandle.standardError.write(Data("bench: \(text)\n".utf8)) }

    /// Over the last minute.
    static var load: String {
        var averages = [0.0, 0.0, 0.0]
        return getloadavg(&averages, 3) > 0 ? String(format: "%.2f", averages[0]) : "unknown"
    }
}
