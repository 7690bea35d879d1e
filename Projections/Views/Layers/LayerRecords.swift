/// The records of one block.
struct LayerRecords {
    private let bytes: UnsafeRawBufferPointer
    let count: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        self.count = Self.number(bytes, bytes.count - 4)
    }

    @inline(__always)
    private static func number(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int {
        Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }

    @inline(__always)
    private func start(_ index: Int) -> Int { Self.number(self.bytes, self.bytes.count - 4 * (self.count - index + 1)) }

    @inline(__always)
    func key(_ index: Int) -> UnsafeRawBufferPointer {
        let start = self.start(index)
        return UnsafeRawBufferPointer(rebasing: self.bytes[start + 8..<start + 8 + Self.number(self.bytes, start)])
    }

    @inline(__always)
    func value(_ index: Int) -> UnsafeRawBufferPointer {
        let start = self.start(index)
        let value = start + 8 + Self.number(self.bytes, start)
        return UnsafeRawBufferPointer(rebasing: self.bytes[value..<value + Self.number(self.bytes, start + 4)])
    }

    func firstIndex(notBefore key: UnsafeRawBufferPointer, inGroups: Bool) -> Int {
        var (low, high) = (0, self.count)
        while low < high {
            let middle = (low + high) / 2
            if LayerFormat.compare(self.key(middle), key, inGroups: inGroups) < 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
