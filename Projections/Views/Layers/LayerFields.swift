import LedgerEvents
import LedgerLog

/// The last bytes of a layer's file: what it is, and where its index lies.
struct LayerFooter {
    var identity: LayerIdentity
    var index: Range<Int>
    var indexChecksum: UInt64

    /// Nil for a file that does not end in one.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= LayerFormat.footerBytes else { return nil }
        var footer = LayerFields(UnsafeRawBufferPointer(rebasing: bytes.suffix(LayerFormat.footerBytes)))
        let checksum = Checksum.of(UnsafeRawBufferPointer(rebasing: footer.rest.dropLast(8)))
        guard let magic = footer.number(), let version = footer.number(), let origin = footer.take(16),
            let from = footer.number(), let through = footer.number(), let lastEvent = footer.take(16),
            let start = footer.number(), let count = footer.number(), let indexChecksum = footer.number(),
            magic == LayerFormat.magic, footer.number() == checksum, start <= UInt64(bytes.count),
            count <= UInt64(bytes.count) - start, from < through
        else { return nil }
        self.identity = LayerIdentity(
            version: version, origin: ViewKey(origin.bytes).bits, from: Position(from), through: Position(through),
            lastEvent: ViewKey(lastEvent.bytes).bits)
        self.index = Int(start)..<Int(start + count)
        self.indexChecksum = indexChecksum
    }
}

/// Takes numbers and runs of bytes off the front; nil beyond the end.
struct LayerFields {
    private(set) var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { self.rest = bytes }

    mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count <= self.rest.count else { return nil }
        defer { self.rest = UnsafeRawBufferPointer(rebasing: self.rest.dropFirst(count)) }
        return UnsafeRawBufferPointer(rebasing: self.rest.prefix(count))
    }

    mutating func number() -> UInt64? {
        self.take(8).map { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    }

    mutating func length() -> Int? {
        self.take(4).map { Int(UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self))) }
    }

    mutating func delimited() -> UnsafeRawBufferPointer? {
        guard let count = self.length() else { return nil }
        return self.take(count)
    }
}
