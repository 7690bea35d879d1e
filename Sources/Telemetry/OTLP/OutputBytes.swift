/// Bytes that are appended without a check for each one, and whose memory is reused.
struct OutputBytes: ~Copyable {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int = 4096) {
        self.base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { self.base.deallocate() }

    /// Valid until the next append.
    func bytes(from start: Int = 0) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: self.base + start, count: self.count - start)
    }

    func string(from start: Int = 0) -> String {
        String(decoding: UnsafeBufferPointer(start: self.base + start, count: self.count - start), as: UTF8.self)
    }

    subscript(index: Int) -> UInt8 { self.base[index] }

    /// Removes the bytes from `count` on. Keeps the memory.
    mutating func truncate(to count: Int) {
        precondition(count <= self.count, "truncating cannot add bytes")
        self.count = count
    }

    @inline(__always)
    mutating func reserve(_ more: Int) {
        if self.count + more > self.capacity { self.grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        let capacity = max(self.capacity * 2, self.count + more)
        let wider = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        wider.update(from: self.base, count: self.count)
        self.base.deallocate()
        self.base = wider
        self.capacity = capacity
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        self.reserve(1)
        self.base[self.count] = byte
        self.count &+= 1
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        self.append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        self.reserve(bytes.count)
        UnsafeMutableRawPointer(self.base + self.count).copyMemory(from: start, byteCount: bytes.count)
        self.count &+= bytes.count
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { self.append(UnsafeRawBufferPointer($0)) }
    }

    /// Appends the decimal digits.
    mutating func append(decimal value: UInt64) {
        self.reserve(20)
        let start = self.count
        var rest = value
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            self.base[self.count] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
            self.count &+= 1
            rest = quotient
        } while rest != 0
        var digits = UnsafeMutableBufferPointer(start: self.base + start, count: self.count - start)
        digits.reverse()
    }

    mutating func append(decimal value: Int64) {
        if value < 0 { self.append(UInt8(ascii: "-")) }
        self.append(decimal: value.magnitude)
    }
}
