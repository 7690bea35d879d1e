/// Finds the one of a fixed set of things by the bytes of its name, without making a string. Open addressing.
///
/// Never freed, and so never counted: for tables that live as long as the process.
public struct NameTable<Value: Sendable>: Sendable {
    // SAFETY: written by `init` alone.
    nonisolated(unsafe) private let names: UnsafeMutableBufferPointer<[UInt8]>
    // SAFETY: likewise.
    nonisolated(unsafe) private let values: UnsafeMutableBufferPointer<Value>
    /// A power of two long: places in `names` and `values`; -1 is free.
    // SAFETY: likewise.
    nonisolated(unsafe) private let places: UnsafeMutableBufferPointer<Int32>

    /// - Parameter entries: with names that are all different.
    public init(_ entries: [(name: String, value: Value)]) {
        var count = 64
        while count < entries.count * 4 { count *= 2 }
        self.names = .allocate(capacity: entries.count)
        _ = self.names.initialize(fromContentsOf: entries.map { Array($0.name.utf8) })
        self.values = .allocate(capacity: entries.count)
        _ = self.values.initialize(fromContentsOf: entries.map(\.value))
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

    /// Where the name's value is; nil where there is no such name.
    public func find(_ name: UnsafeRawBufferPointer) -> UnsafePointer<Value>? {
        guard let bytes = name.baseAddress else { return nil }
        var place = self.firstPlace(of: name)
        while self.places[place] >= 0 {
            let index = Int(self.places[place])
            let isSame = self.names[index].withUnsafeBytes { known in
                known.count == name.count && JSONString.sameBytes(known.baseAddress, bytes, known.count)
            }
            if isSame {
                return self.values.baseAddress.map { UnsafePointer($0 + index) }
            }
            place = (place + 1) & (self.places.count - 1)
        }
        return nil
    }
}
