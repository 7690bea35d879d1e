/// A source whose first bytes are looked at before they are read.
final class PeekedSource: ByteSource {
    private let source: any ByteSource
    private let head = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 12, alignment: 16)
    private var headCount = 0
    private var taken = 0

    var name: String { self.source.name }
    var bytesRead: Int { self.source.bytesRead }
    var totalBytes: Int? { self.source.totalBytes }

    init(_ source: any ByteSource) { self.source = source }

    deinit { self.head.deallocate() }

    /// The first bytes: 16 to 4096, or fewer at the end of the source.
    func peek() throws(ImportError) -> [UInt8] {
        while self.headCount < 16 {
            let room = UnsafeMutableRawBufferPointer(rebasing: self.head[self.headCount...])
            let count = try self.source.read(into: room)
            if count == 0 { break }
            self.headCount += count
        }
        return Array(self.head[..<self.headCount])
    }

    func read(into room: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
        guard self.taken < self.headCount else { return try self.source.read(into: room) }
        let count = min(room.count, self.headCount - self.taken)
        room.copyMemory(from: UnsafeRawBufferPointer(rebasing: self.head[self.taken..<self.taken + count]))
        self.taken += count
        return count
    }
}
