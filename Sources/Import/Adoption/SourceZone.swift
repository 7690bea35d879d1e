import Foundation
import LedgerEvents

/// The time zone of times that a platform keeps without one.
struct SourceZone: Sendable {
    static let utc = SourceZone(zone: nil)

    /// Nil: UTC.
    private let zone: TimeZone?

    private init(zone: TimeZone?) { self.zone = zone }

    /// By its name (`Europe/Berlin`) or its distance from UTC (`+02:00`); nil where there is none of that name.
    init?(_ name: String) {
        if ["UTC", "Etc/UTC", "GMT", "Z"].contains(name) {
            self.zone = nil
        } else if let minutes = Self.minutes(name) {
            self.zone = TimeZone(secondsFromGMT: minutes * 60)
        } else if name.contains("/") || TimeZone.knownTimeZoneIdentifiers.contains(name),
            let zone = TimeZone(identifier: name)
        {
            self.zone = zone
        } else {
            return nil
        }
    }

    /// `+02:00` or `-0330`, as ISO 8601 counts: east of Greenwich is positive.
    private static func minutes(_ text: String) -> Int? {
        guard let parts = text.wholeMatch(of: /([+-])([0-9]{2}):?([0-9]{2})/), let hours = Int(parts.2),
            let minutes = Int(parts.3), hours < 16, minutes < 60
        else { return nil }
        return (parts.1 == "-" ? -1 : 1) * (hours * 60 + minutes)
    }

    /// The moment at which the zone's clocks show a time, which is given as if it were UTC. As PostgreSQL has it: of two
    /// moments the later one; a time that is left out when clocks go forward counts by the offset before.
    func instant(local: Instant) -> Instant {
        if self.zone == nil { return local }
        let day: Int64 = 86_400_000_000
        let before = self.offset(at: local.microseconds - day)
        let after = self.offset(at: local.microseconds + day)
        if before == after { return Instant(microseconds: local.microseconds - before) }
        let offsets = [before, after].filter { self.offset(at: local.microseconds - $0) == $0 }
        return Instant(microseconds: local.microseconds - (offsets.min() ?? before))
    }

    /// In microseconds, east of Greenwich positive.
    private func offset(at microseconds: Int64) -> Int64 {
        let date = Date(timeIntervalSince1970: Double(microseconds) / 1_000_000)
        return Int64(self.zone?.secondsFromGMT(for: date) ?? 0) * 1_000_000
    }
}
