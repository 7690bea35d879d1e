import LedgerRelations

/// Made-up keys of every shape, and points, in memory: what changed when.
struct Meters: RelationSource {
    var ledgerID = "ledger-1"
    var schema = Schema("meters", version: 1, tables: [])
    var position: UInt64 = 10
    var keySettings = "scale=1"
    var clock: Int64?
    var keyFamilies = [
        KeyFamily("meter:{id}:status", .text, description: "Whether it turns."),
        KeyFamily("meter:{id}:reading", .hash, description: "What it shows."),
        KeyFamily("queue:readings", .sortedSet, description: "Which is to be read when."),
    ]
    /// In the order in which it happened.
    var changes: [(family: Int, change: KeyChange, at: UInt64)] = []
    var hasPoints = true
    var measured: [(point: Point, at: UInt64)] = []
    /// Called before each change or point is handed over; may throw, or do harm.
    var beforeChange: (Int) throws -> Void = { _ in }

    func rows(of table: TableDeclaration, changedAfter: UInt64?, _ body: ([SQLValue]) throws -> Void) throws {}

    var keyMoment: KeyMoment { KeyMoment(position: self.position, microseconds: self.clock) }

    func keys(of family: KeyFamily, changedAfter: KeyMoment?, _ body: (KeyChange) throws -> Void) throws {
        var handed = 0
        for (index, entry) in self.changes.enumerated() where self.keyFamilies[entry.family] == family {
            let isLast = !self.changes[(index + 1)...].contains { $0.change.isOfSame(entry.change) }
            guard isLast, entry.at > changedAfter?.position ?? 0, changedAfter != nil || !entry.change.isRemoval else {
                continue
            }
            try self.beforeChange(handed)
            handed += 1
            try body(entry.change)
        }
    }

    func points(changedAfter: UInt64?, _ body: (Point) throws -> Void) throws {
        for (index, entry) in self.measured.enumerated() where entry.at > changedAfter ?? 0 {
            try self.beforeChange(index)
            try body(entry.point)
        }
    }
}

extension KeyChange {
    /// Whether both are about one key, or one member of it.
    fileprivate func isOfSame(_ other: KeyChange) -> Bool {
        self.key == other.key && self.member == other.member
    }
}

extension Meters {
    static let hostileText = "tab\t newline\n return\r \"quoted\" 'single' back\\slash nul\0 é 日本語 $3\r\n*1"

    static var first: Meters {
        var source = Meters()
        source.changes = [
            (0, .text(key: "meter:1:status", "turning"), 1), (0, .text(key: "meter:2:status", Self.hostileText), 2),
            (1, .hash(key: "meter:1:reading", [KeyField("kwh", "17"), KeyField("unit of it", "")]), 3),
            (1, .hash(key: "meter:2:reading", [KeyField("kwh", "4")]), 4),
            (2, .member(key: "queue:readings", "meter:1", score: 1_754_000_000), 5),
            (2, .member(key: "queue:readings", "meter 2", score: 0.5), 6),
        ]
        source.measured = [
            (Self.point("power", ["meter": "1"], 17.5, at: 1_754_000_000_000_000_001), 1),
            (Self.point("power", ["meter": "2"], 1e-7, at: 1_754_000_000_000_000_001), 2),
            (Self.point("power, all of=it \\ here", ["the meter": "a,b=c \\d\n"], 1e300, at: -1), 3),
        ]
        source.measured[2].point.field("a note, =", "say \"no\" \\ now\nand then")
        return source
    }

    static func point(_ name: String, _ labels: KeyValuePairs<String, String>, _ value: Double, at time: Int64) -> Point
    {
        var point = Point(name, time: Int128(time))
        for label in labels { point.label(label.key, label.value) }
        point.field("value", value)
        return point
    }

    /// What a later position holds: one of each changed, one gone, one more.
    var later: Meters {
        var source = self
        source.position = 20
        source.changes += [
            (0, .text(key: "meter:1:status", "still"), 11), (0, .removedKey("meter:2:status"), 12),
            (0, .removedKey("meter:9:status"), 12),
            (1, .hash(key: "meter:1:reading", [KeyField("kwh", "18")]), 13), (1, .removedKey("meter:2:reading"), 14),
            (2, .member(key: "queue:readings", "meter:1", score: 2_000_000_000), 15),
            (2, .removedMember(key: "queue:readings", "meter 2"), 16),
            (2, .member(key: "queue:readings", "meter:3", score: 3), 17),
        ]
        source.measured.append((Self.point("power", ["meter": "1"], 18, at: 1_754_000_060_000_000_000), 11))
        return source
    }

    /// More keys and points than go out at once.
    static var many: Meters {
        var source = Meters()
        for id in 0..<12_345 {
            source.changes.append((0, .text(key: "meter:\(id):status", "turning"), 1))
            source.measured.append((Self.point("power", ["meter": String(id % 7)], Double(id), at: Int64(id)), 1))
        }
        return source
    }
}
