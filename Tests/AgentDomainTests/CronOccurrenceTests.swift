import LedgerEvents
import Testing

@testable import LedgerDomain

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

    @Test("are none where none lies between")
    func none() throws {
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

    @Test(
        "are refused where no month has such a day",
        arguments: ["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 30,31 FEB *"])
    func never(cron: String) throws {
        let refusal = #expect(throws: Rejection.self) { try CronExpression(cron) }
        #expect(refusal?.message.contains("never occurs") == true)
        // A day of the week makes it occur.
        #expect(throws: Never.self) { try CronExpression(cron.replacing(" *", with: " 5")) }
    }

    @Test(
        "fall on a day that matches either field where neither begins with *, and else on one that matches both",
        arguments: [
            ("0 0 1-31 * 5", 10), ("0 0 1,15 * 0-6", 10), ("0 0 1,15 * 1-7", 10), ("0 0 1-15,16-31 * 5", 10),
            ("0 0 1,15 * 5", 2), ("0 0 */1 * 5", 2), ("0 0 * * 5", 2), ("0 0 */2 * 5", 1), ("0 0 2-11 * *", 10),
        ])
    func eitherDay(cron: String, count: Int) throws {
        let cron = try CronExpression(cron)
        var moments = 0
        var moment = try #require(Instant("2025-01-01T12:00:00Z"))
        let end = try #require(Instant("2025-01-11T12:00:00Z"))
        while let next = cron.next(after: moment), next <= end {
            moments += 1
            moment = next
        }
        #expect(moments == count)
    }

    @Test(
        "are the same by names and by numbers",
        arguments: [
            ("0 0 * jan,Mar mon-FRI", "0 0 * 1,3 1-5"), ("0 0 * * sun", "0 0 * * 0"),
            ("0 0 * * fri-sun", "0 0 * * 5-7"),
            ("@monthly", "0 0 1 * *"), ("@Yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), ("@weekly", "0 0 * * 0"),
            ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@hourly", "0 * * * *"),
        ])
    func names(named: String, numbered: String) throws {
        #expect(try CronExpression(named) == CronExpression(numbered))
        #expect(throws: Rejection.self) { try CronExpression("0 0 * mon *") }
        #expect(throws: Rejection.self) { try CronExpression("@reboot") }
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
