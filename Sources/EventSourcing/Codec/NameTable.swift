/// Finds one of a fixed set of names by its bytes, without making a string. Open addressing.
///
/// Never freed, and so never counted: for tables that live as long as the process. Not generic: code that does not know
/// its types until it runs would take longer than the search.
package struct NameTable: Sendable {
    // SAFETY: written by `init` alone.
    nonisolated(unsafe) private let names: UnsafeMutableBufferPointer<[UInt8]>
    /// A power of two long: places in `names`; -1 is free.
    // SAFETY: likewise.
    nonisolated(unsafe) private let places: UnsafeMutableBufferPointer<Int32>

    /// - Parameter names: all different.
    package init(_ names: [String]) {
        var count = 64
        while count < names.count * 4 { count *= 2 }
        self.names = .allocate(capacity: names.count)
        _ = self.names.initialize(fromContentsOf: names.map { Array($0.utf8) })
        self.places = .allocate(capacity: count)
        self.places.initialize(repeating: -1)
        for (index, name) in self.names.enumerated() {
            var place = name.withUnsafeBytes { self.firstPlace(of: $0) }
            while self.places[place] >= 0 { place = (place + 1) & (count - 1) }
            self.places[place] = Int32(index)
        }
    }

    private func firstPlace(of name: UnsafeRawBufferPointer) -> Int {
        var hash = UInt64(name.count)
        for byte in name.suffix(12) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 20) & (self.places.count - 1)
    }

    /// Which of the names it is, from 0; nil when it is none of them.
    package func index(of name: UnsafeRawBufferPointer) -> Int? {
        guard let bytes = name.baseAddress else { return nil }
        var place = self.firstPlace(of: name)
        while self.places[place] >= 0 {
            let index = Int(self.places[place])
            let isSame = self.names[index].withUnsafeBytes { known in
                known.count == name.count && JSONString.sameBytes(known.baseAddress, bytes, known.count)
            }
            if isSame { return index }
            place = (place + 1) & (self.places.count - 1)
        }
        return nil
    }
}
