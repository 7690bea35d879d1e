import Conformance
import Seeded
import Testing

@Suite("The page about telemetry")
struct TelemetryPageTests {
    @Test("says what the table of dialects says, and what the recorded set-ups come out as")
    func page() throws {
        let page = KeptFile("docs/otlp.md")
        let text = try TelemetryPage.text(setups: TelemetryPage.folder)
        try page.regenerate(text)
        #expect(try page.difference(from: text) == nil, "\(KeptFile.advice)")
    }
}
