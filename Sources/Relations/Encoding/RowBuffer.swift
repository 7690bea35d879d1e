/// Bytes on their way out: one allocation, written at the end, emptied and reused.
package struct RowBuffer: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    package private(set) var count = 0

    package init(capacity: Int = 128 << 10) {
        self.capacity = max(capacity, 64)
        self.start = .allocate(capacity: self.capacity)
    }

    deinit { self.start.deallocate() }

    package mutating func removeAll() { self.count = 0 }

    package borrowing func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(start: self.start, count: self.count))
    }

    package mutating func append(_ byte: UInt8) {
        self.reserve(1)
        self.start[self.count] = byte
        self.count += 1
    }

    package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        self.reserve(bytes.count)
        (self.start + self.count).update(from: base, count: bytes.count)
        self.count += bytes.count
    }

    package mutating func append(_ text: StaticString) {
        self.append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { self.append($0) }
    }

    /// Room for `count` more bytes, which `body` writes from the front, in any order.
    mutating func append(count: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Void) {
        self.reserve(count)
        body(self.start + self.count)
        self.count += count
    }

    /// Copies `bytes`, giving each byte that `isSpecial` marks to `escape` instead. `isSpecial` has 256 entries.
    mutating func append(
        _ bytes: UnsafeBufferPointer<UInt8>, escapingWhere isSpecial: borrowing ByteClass,
        _ escape: (UInt8, inout RowBuffer) -> Void
    ) {
        var runStart = 0
        for index in bytes.indices where isSpecial.contains(bytes[index]) {
            self.append(UnsafeBufferPointer(rebasing: bytes[runStart..<index]))
            escape(bytes[index], &self)
            runStart = index + 1
        }
        self.append(UnsafeBufferPointer(rebasing: bytes[runStart...]))
    }

    private mutating func reserve(_ more: Int) {
        if self.capacity - self.count >= more { return }
        let larger = max(self.capacity * 2, self.count + more)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: self.start, count: self.count)
        self.start.deallocate()
        self.start = moved
        self.capacity = larger
    }
}

/// A set of bytes: one bit each.
struct ByteClass: Sendable {
    private let words: SIMD4<UInt64>

    init(_ bytes: some Sequence<UInt8>) {
        var words = SIMD4<UInt64>()
        for byte in bytes { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
        self.words = words
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        self.words[Int(byte >> 6)] & (1 << UInt64(byte & 63)) != 0
    }
}
