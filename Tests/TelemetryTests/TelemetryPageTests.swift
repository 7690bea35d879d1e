import Conformance
import Foundation
import Testing

@Suite("The page about telemetry")
struct TelemetryPageTests {
    @Test("says what the table of dialects says, and what the recorded set-ups come out as")
    func page() throws {
        let written = try String(contentsOfFile: TelemetryPage.path, encoding: .utf8)
        #expect(
            try TelemetryPage.text(setups: TelemetryPage.folder) == written,
            "write it anew: swift run conformance --docs")
    }
}
