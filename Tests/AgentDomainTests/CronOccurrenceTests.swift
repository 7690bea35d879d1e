import EventSourcing
import Testing

@testable import AgentDomain

@Suite("The moments of a cron expression")
struct CronOccurrenceTests {
    private func latest(_ cron: String, after start: String, through end: String) throws -> String? {
        let start = try #require(Instant(start))
        return try CronExpression(cron).latest(after: start, through: try #require(Instant(end)))?.description
    }

    @Test(
        "are the last one up to the end",
        arguments: [
            ("* * * * *", "2025-08-20T12:34:56Z", "2025-08-20T12:34:00.000000Z"),
            ("*/15 * * * *", "2025-08-20T12:34:00Z", "2025-08-20T12:30:00.000000Z"),
            ("0 8 * * *", "2025-08-20T08:00:00Z", "2025-08-20T08:00:00.000000Z"),
            ("0 8 * * *", "2025-08-20T07:59:59.999999Z", "2025-08-19T08:00:00.000000Z"),
            ("30 23 31 * *", "2025-08-30T00:00:00Z", "2025-07-31T23:30:00.000000Z"),
            ("0 0 29 2 *", "2025-08-20T00:00:00Z", "2024-02-29T00:00:00.000000Z"),
            // A Wednesday.
            ("0 0 * * 1-5", "2025-08-20T12:00:00Z", "2025-08-20T00:00:00.000000Z"),
            ("0 0 * * 0", "2025-08-20T12:00:00Z", "2025-08-17T00:00:00.000000Z"),
            ("0 0 * * 7", "2025-08-20T12:00:00Z", "2025-08-17T00:00:00.000000Z"),
            // Both days are restricted: either will do.
            ("0 0 15 * 1", "2025-08-17T12:00:00Z", "2025-08-15T00:00:00.000000Z"),
            ("0 0 15 * 1", "2025-08-20T12:00:00Z", "2025-08-18T00:00:00.000000Z"),
            ("5,10 1-3 * 8 *", "2025-09-30T00:00:00Z", "2025-08-31T03:10:00.000000Z"),
        ])
    func moments(cron: String, end: String, moment: String) throws {
        #expect(try self.latest(cron, after: "2020-01-01", through: end) == moment)
        // Behind itself there is none, and just before itself there is.
        #expect(try self.latest(cron, after: moment, through: moment) == nil)
        let before = try #require(Instant(moment)).advanced(bySeconds: -1).description
        #expect(try self.latest(cron, after: before, through: moment) == moment)
    }

    @Test("are none for a day that never comes, or where none lies between")
    func none() throws {
        #expect(try self.latest("0 0 30 2 *", after: "1970-01-01", through: "2025-08-20") == nil)
        #expect(try self.latest("0 8 * * *", after: "2025-08-20T08:00:00Z", through: "2025-08-21T07:00:00Z") == nil)
        #expect(try self.latest("* * * * *", after: "2025-08-21", through: "2025-08-20") == nil)
    }

    @Test(
        "come next as they came last",
        arguments: [
            ("* * * * *", "2025-08-20T12:34:56Z", "2025-08-20T12:35:00.000000Z"),
            ("*/15 * * * *", "2025-08-20T12:30:00Z", "2025-08-20T12:45:00.000000Z"),
            ("0 8 * * *", "2025-08-20T08:00:00Z", "2025-08-21T08:00:00.000000Z"),
            ("30 23 31 * *", "2025-08-31T23:30:00Z", "2025-10-31T23:30:00.000000Z"),
            ("0 0 29 2 *", "2025-08-20T00:00:00Z", "2028-02-29T00:00:00.000000Z"),
            ("0 0 15 * 1", "2025-08-15T00:00:00Z", "2025-08-18T00:00:00.000000Z"),
        ])
    func next(cron: String, start: String, moment: String) throws {
        let (cron, start) = (try CronExpression(cron), try #require(Instant(start)))
        let next = try #require(cron.next(after: start))
        #expect(next.description == moment)
        #expect(cron.latest(after: start, through: next) == next)
        #expect(cron.latest(after: start, through: next.advanced(bySeconds: -1)) == nil)
    }

    @Test("never come next on a day that never comes")
    func never() throws {
        #expect(try CronExpression("0 0 30 2 *").next(after: .zero) == nil)
    }

    @Test("are those that a walk over every minute finds")
    func everyMinute() throws {
        let crons = ["*/7 */5 * * *", "3 4 1-7 * 2", "59 23 31 12 *", "0 0 * * 6,7"]
        for text in crons {
            let cron = try CronExpression(text)
            var found: Instant?
            var moment = try #require(Instant("2024-12-25"))
            let start = moment.advanced(bySeconds: -1)
            for _ in 0..<(20 * 1440) {
                if cron.latest(after: moment.advanced(bySeconds: -60), through: moment) == moment { found = moment }
                if moment.microseconds / 60_000_000 % 997 == 0 {
                    #expect(cron.latest(after: start, through: moment) == found, "\(text) at \(moment)")
                }
                moment = moment.advanced(bySeconds: 60)
            }
        }
    }
}
