import LedgerDomain
import LedgerEvents
import Seeded
import Testing

@testable import LedgerViews

@Suite("The stored form of the views")
struct StoredFormTests {
    @Test("is that of its version: whoever changes a state's fields raises the number, so that old views are rebuilt")
    func views() throws {
        var form: [String] = []
        for kind in ViewCatalog.kinds {
            form.append(kind.kind)
            form += Self.lines(of: kind)
        }
        let problem = try KeptForm("views", version: ViewCatalog.version, form: form)
            .problem(raise: "ViewCatalog.version")
        #expect(problem == nil)
    }

    private static func lines<S: Stored>(of _: S.Type) -> [String] {
        FieldDescription.list(S.self).flatMap { $0.lines(indent: "  ") }
    }
}

extension FieldDescription {
    /// The field, and those of the records that it holds.
    fileprivate func lines(indent: String) -> [String] {
        let line = "\(indent)\(self.number) \(self.name): \(self.shape.cardinality)"
        guard case .record(let name, let fields) = self.shape.kind else { return ["\(line) \(self.shape.kind)"] }
        return ["\(line) \(name)"] + fields.flatMap { $0.lines(indent: indent + "  ") }
    }
}
