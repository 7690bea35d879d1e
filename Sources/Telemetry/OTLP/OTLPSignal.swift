import LedgerEvents

/// What an OTLP request exports.
package enum OTLPSignal: String, Hashable, Sendable, CaseIterable {
    case traces, logs, metrics
}

extension OTLPSignal {
    /// Told by the first span, log record or metric of a protobuf request, whose messages nest alike but have fields of
    /// different types; nil if there is none, or it could be any.
    package init?(of protobuf: UnsafeRawBufferPointer) {
        guard let resource = Self.first(1, in: ProtobufReader(protobuf)),
            let scope = Self.first(2, in: resource), var item = Self.first(2, in: scope)
        else { return nil }
        var types: [Int: WireType] = [:]
        var lengths: [Int: Int] = [:]
        while (try? item.next()) == true {
            let field = item.field
            types[field] = item.type
            if item.type == .lengthDelimited {
                guard let bytes = try? item.delimited("item") else { return nil }
                lengths[field] = bytes.count
            } else if (try? item.skip()) == nil {
                return nil
            }
        }
        if lengths[1] == 16, lengths[2] == 8 {
            self = .traces
        } else if Self.isLogRecord(types) {
            self = .logs
        } else if types[7] == .fixed64 || types[8] == .fixed64 {
            self = .traces
        } else if types[1] == .lengthDelimited, [5, 7, 9, 10, 11].contains(where: { types[$0] == .lengthDelimited }) {
            self = .metrics
        } else {
            return nil
        }
    }

    /// By time, severity, attributes, flags or the observed time, which are of other types in a span.
    private static func isLogRecord(_ types: [Int: WireType]) -> Bool {
        types[1] == .fixed64 || types[2] == .varint || types[6] == .lengthDelimited || types[8] == .fixed32
            || types[11] == .fixed64
    }

    /// The first message in a field, if it can be read so far.
    private static func first(_ field: Int, in message: ProtobufReader) -> ProtobufReader? {
        var message = message
        while (try? message.next()) == true {
            if message.field == field { return try? message.message("item") }
            if (try? message.skip()) == nil { return nil }
        }
        return nil
    }
}
