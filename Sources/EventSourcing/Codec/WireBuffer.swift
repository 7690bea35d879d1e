/// A growing run of bytes that is written to without checks per byte and reused between batches.
@usableFromInline package final class WireBuffer {
    @exclusivity(unchecked) @usableFromInline var base: UnsafeMutablePointer<UInt8>
    @exclusivity(unchecked) @usableFromInline var used = 0
    @exclusivity(unchecked) @usableFromInline var capacity: Int

    package init(capacity: Int = 4096) {
        self.base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { self.base.deallocate() }

    @inlinable
    package var count: Int { self.used }

    /// The bytes written so far, valid until the next write.
    @inlinable
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: self.base, count: self.used) }

    @inlinable
    package var mutableBytes: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: self.base, count: self.used)
    }

    /// Forgets the bytes from `count` on; keeps the memory.
    @inlinable
    package func truncate(to count: Int) {
        precondition(count <= self.used, "a buffer is only ever cut shorter")
        self.used = count
    }

    @inlinable
    package func removeAll() { self.used = 0 }

    @inlinable
    func reserve(_ more: Int) {
        if self.used + more > self.capacity { self.grow(more) }
    }

    @usableFromInline
    func grow(_ more: Int) {
        let capacity = max(self.capacity * 2, self.used + more)
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        bytes.update(from: self.base, count: self.used)
        self.base.deallocate()
        self.base = bytes
        self.capacity = capacity
    }
}
