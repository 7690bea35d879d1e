/// What a time series database holds beside the tables of a schema: measured points, which never change once they are
/// there.
@usableFromInline package protocol PointSource {
    /// Whether the schema has points at all.
    var hasPoints: Bool { get }

    /// Calls `body` with every point, in the order of the log; with `changedAfter` only with those behind that position.
    func points(changedAfter: UInt64?, _ body: (Point) throws -> Void) throws
}

extension PointSource {
    package var hasPoints: Bool { false }

    package func points(changedAfter: UInt64?, _ body: (Point) throws -> Void) throws {
        preconditionFailure("the schema has no points")
    }
}

/// What was measured at one moment. A point with the same measurement, labels and time is the same point.
@usableFromInline package struct Point: Hashable, Sendable {
    package enum Value: Hashable, Sendable {
        case number(Double)
        case text(String)
    }

    package struct Label: Hashable, Sendable {
        package var name: String
        package var value: String
    }

    package struct Field: Hashable, Sendable {
        package var name: String
        package var value: Value
    }

    package var measurement: String
    /// What points are told apart and grouped by.
    package private(set) var labels: [Label] = []
    package private(set) var fields: [Field] = []
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    package var time: Int128

    /// - Parameter measurement: any name; the point has it as `storableName` writes it.
    package init(_ measurement: String, time: Int128) {
        self.measurement = Self.storableName(measurement)
        self.time = time
    }

    /// The times that InfluxDB holds: 1677-09-21 to 2262-04-11.
    private static let storableTimes: ClosedRange<Int128> = -9_223_372_036_854_775_806...9_223_372_036_854_775_806

    /// Whether InfluxDB holds its time.
    package var hasStorableTime: Bool { Self.storableTimes.contains(self.time) }

    private static let nameLimitBytes = 32_768

    /// The name of a measurement as InfluxDB can hold it. Its line protocol has no line breaks and no way to escape a
    /// backslash: these become a space and a slash. A line that begins with `#` is a comment: `/#`. A name has a limit of
    /// 65,535 bytes, with its labels.
    package static func storableName(_ name: String) -> String {
        var bytes: [UInt8] = []
        for scalar in StorableText.text(name).unicodeScalars {
            if bytes.count >= Self.nameLimitBytes { break }
            switch scalar {
            case "\\": bytes.append(UInt8(ascii: "/"))
            case "#" where bytes.isEmpty: bytes += "/#".utf8
            case _ where scalar.value < 0x20: bytes.append(UInt8(ascii: " "))
            case _: bytes += Character(scalar).utf8
            }
        }
        return bytes.isEmpty ? "unnamed" : String(decoding: bytes, as: UTF8.self)
    }

    /// Adds a label, unless there is none to add.
    package mutating func label(_ name: String, _ value: String?) {
        if let value { self.labels.append(Label(name: name, value: value)) }
    }

    package mutating func field(_ name: String, _ value: Double?) {
        if let value { self.fields.append(Field(name: name, value: .number(value))) }
    }

    package mutating func field(_ name: String, _ value: String?) {
        if let value { self.fields.append(Field(name: name, value: .text(value))) }
    }
}
