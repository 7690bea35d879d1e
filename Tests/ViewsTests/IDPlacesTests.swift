import LedgerEvents
import Seeded
import Testing

@testable import LedgerViews

@Suite("Places of ids")
struct IDPlacesTests {
    @Test("every id is found at its place and no other id is, however many there are", arguments: [1, 2, 3])
    func findsWhatWasAppended(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var places = IDPlaces()
        for _ in 0..<2 {
            var ids: [UInt128] = []
            for place in 0..<5000 {
                // Half of them follow on each other, as ids made in a row do.
                let id = place % 2 == 0 ? UInt128(random.next()) << 64 | UInt128(random.next()) : UInt128(place)
                #expect(places.find(id) == nil, "seed \(seed)")
                places.append(id)
                ids.append(id)
            }
            for (place, id) in ids.enumerated() { #expect(places.find(id) == place, "seed \(seed)") }
            places.removeAll()
            #expect(places.find(ids[0]) == nil)
        }
    }
}
