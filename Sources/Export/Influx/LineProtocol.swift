import LedgerRelations

/// Points as InfluxDB's line protocol: `measurement,tag=… field=…,field=… time`, one a line, times in nanoseconds.
///
/// The protocol has no line breaks and, in names and tags, no way to escape a backslash: a line break becomes a space, and
/// a backslash a slash. `Point.storableName` has done so for measurements.
struct LineProtocol {
    private(set) var bytes: [UInt8] = []

    mutating func removeAll() { self.bytes.removeAll(keepingCapacity: true) }

    mutating func append(_ point: Point) {
        self.append(name: point.measurement, escaping: ", ")
        // An empty tag cannot be said; and tags in the order of their names are indexed fastest.
        for label in point.labels.sorted(by: { $0.name < $1.name }) where !label.value.isEmpty {
            self.append(",")
            self.append(name: label.name, escaping: ",= ")
            self.append("=")
            self.append(name: label.value, escaping: ",= ")
        }
        for (index, field) in point.fields.enumerated() {
            self.append(index == 0 ? " " : ",")
            self.append(name: field.name, escaping: ",= ")
            self.append("=")
            switch field.value {
            case .number(let number): self.append(number.description)
            case .text(let text): self.append(quoted: text)
            }
        }
        self.append(" ")
        self.append(String(point.time))
        self.append("\n")
    }

    private mutating func append(_ text: String) { self.bytes.append(contentsOf: text.utf8) }

    private mutating func append(name: String, escaping special: StaticString) {
        for byte in StorableText.text(name).utf8 {
            switch byte {
            case UInt8(ascii: "\\"): self.bytes.append(UInt8(ascii: "/"))
            case 0x00..<0x20: self.append("\\ ")
            default:
                if special.contains(byte) { self.bytes.append(UInt8(ascii: "\\")) }
                self.bytes.append(byte)
            }
        }
    }

    private mutating func append(quoted text: String) {
        self.append("\"")
        for byte in StorableText.text(text).utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): self.bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A, 0x0D: self.append(" ")
            default: self.bytes.append(byte)
            }
        }
        self.append("\"")
    }
}

extension StaticString {
    fileprivate func contains(_ byte: UInt8) -> Bool {
        self.withUTF8Buffer { $0.contains(byte) }
    }
}

/// How many points there are of each measurement.
struct PointCounter {
    private var counts: [String: (rows: Int, outOfRange: Int)] = [:]
    private let progress: ExportProgress?
    private var total = 0

    init(_ progress: ExportProgress?) { self.progress = progress }

    /// Returns whether the point is written: a time that InfluxDB cannot hold must not become another.
    mutating func count(_ point: Point) -> Bool {
        guard point.hasStorableTime else {
            self.counts[point.measurement, default: (0, 0)].outOfRange += 1
            return false
        }
        self.counts[point.measurement, default: (0, 0)].rows += 1
        self.total += 1
        if self.total.isMultiple(of: 10_000) { self.progress?("points", self.total) }
        return true
    }

    /// By name.
    func finish() -> [ExportReport.Table] {
        self.progress?("points", self.total)
        return self.counts.sorted { $0.key < $1.key }.map { name, count in
            var table = ExportReport.Table(name: name, rows: count.rows)
            table.outOfRange = count.outOfRange
            return table
        }
    }
}
