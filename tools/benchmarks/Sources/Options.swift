/// What was asked for on the command line.
struct Options {
    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    /// Where `run` put the built rivals.
    let rivals: String
    /// A tenth of the sizes, to see that everything works.
    private(set) var isQuick = false
    /// Ten times as much in the imported ledger, and in what the memory lines look at.
    private(set) var isLarge = false
    /// Repetitions of each measurement and of its rival.
    private(set) var runs = 5
    /// Names or beginnings of names; empty for all.
    private(set) var only: [String] = []

    init(_ arguments: [String]) throws {
        guard let rivals = arguments.first, !rivals.hasPrefix("-") else {
            throw Mistake(
                description: "the folder of the rivals is missing; start the benchmarks with tools/benchmarks/run")
        }
        self.rivals = rivals
        var rest = arguments.dropFirst()
        while let option = rest.popFirst() {
            switch option {
            case "--quick": self.isQuick = true
            case "--large": self.isLarge = true
            case "--runs":
                guard let runs = rest.popFirst().flatMap({ Int($0) }), runs > 0 else {
                    throw Mistake(description: "--runs takes a number above 0")
                }
                self.runs = runs
            case "--only":
                while let name = rest.first, !name.hasPrefix("-") {
                    self.only.append(name)
                    rest.removeFirst()
                }
                try self.checkOnly()
            default:
                throw Mistake(
                    description:
                        "there is no option \(option); there are --quick, --large, --runs N, --only NAME… and "
                        + "--rivals-only")
            }
        }
    }

    private func checkOnly() throws {
        let lines = Catalog.entries.flatMap(\.lines)
        let unknown = self.only.first { name in !lines.contains { $0.hasPrefix(name) } }
        if let unknown {
            throw Mistake(description: "there is no benchmark \(unknown); there are \(lines.joined(separator: ", "))")
        }
        if self.only.isEmpty { throw Mistake(description: "--only takes names: \(lines.joined(separator: ", "))") }
    }

    func wants(_ lines: [String]) -> Bool {
        self.only.isEmpty || lines.contains { line in self.only.contains { line.hasPrefix($0) } }
    }
}
