/// The part of a byte stream that is in memory: what was not taken yet, and room after it.
struct ByteWindow: ~Copyable {
    private(set) var buffer: UnsafeMutableRawBufferPointer
    /// What is left lies in `start..<end`.
    private(set) var start = 0
    private(set) var end = 0
    /// Offset in the stream of the buffer's first byte.
    private(set) var offset = 0

    init(capacity: Int = 1 << 20) { self.buffer = .allocate(byteCount: capacity, alignment: 16) }

    deinit { self.buffer.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self.buffer[self.start..<self.end]) }

    /// Where in the stream the bytes begin.
    var position: Int { self.offset + self.start }

    /// Makes room after the bytes and fills it. Returns how many bytes came; 0 at the end.
    mutating func fill(from source: any ByteSource) throws(ImportError) -> Int {
        let left = self.end - self.start
        if self.start > 0 {
            self.buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: self.buffer[self.start..<self.end]))
            self.offset += self.start
            (self.start, self.end) = (0, left)
        }
        if left == self.buffer.count {
            let wider = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * left, alignment: 16)
            wider.copyMemory(from: UnsafeRawBufferPointer(self.buffer))
            self.buffer.deallocate()
            self.buffer = wider
        }
        let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: self.buffer[self.end...]))
        self.end += count
        return count
    }

    /// Removes bytes from the front. They stay readable until the next `fill`.
    mutating func drop(_ count: Int) { self.start += count }
}
