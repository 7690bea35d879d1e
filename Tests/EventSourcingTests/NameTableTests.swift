import LedgerEvents
import Testing

@Suite("A table of names")
struct NameTableTests {
    @Test("finds each of its names, and no other", arguments: [0, 1, 15, 16, 17, 400])
    func finds(count: Int) {
        let table = NameTable((0..<count).map { "thing.number_\($0)" })
        func find(_ name: String) -> Int? { Array(name.utf8).withUnsafeBytes { table.index(of: $0) } }
        for number in 0..<count { #expect(find("thing.number_\(number)") == number) }
        for other in ["", "thing", "thing.number_", "thing.number_\(count)", "Thing.number_0"] {
            #expect(find(other) == nil)
        }
    }
}
