import Crypto
import LedgerDomain
import LedgerEvents

extension CommandRequest {
    /// The SHA-256 of what is asked for: the command's name and data, not who asks or when.
    func fingerprint() throws -> [UInt8] {
        var writer = DataWriter(encoder: WireEncoder(WireBuffer(capacity: 256)))
        try self.command.accept(&writer)
        var hash = SHA256()
        hash.update(data: Array("\(self.name)\n".utf8))
        hash.update(bufferPointer: writer.encoder.buffer.bytes)
        return Array(hash.finalize())
    }
}

private struct DataWriter: EntityCommandVisitor, TargetedVisitor {
    var encoder: WireEncoder

    mutating func visit<E: Entity>(
        _: E.Type, _ command: E.Rules.Command, _: (E.Rules.Event) -> DomainEvent
    ) throws {
        try command.accept(&self)
    }

    mutating func visit<Payload: Targeted>(_ payload: consuming Payload) throws {
        try payload.fields(&self.encoder)
    }
}
