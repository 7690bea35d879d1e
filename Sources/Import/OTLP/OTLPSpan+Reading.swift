import EventSourcing

extension OTLPSpan {
    /// Reads a span over the one before, keeping resource and scope.
    mutating func read(_ reader: inout JSONReader) throws {
        self.clear()
        _ = try reader.kind()
        let start = reader.offset
        var member: JSONKey?
        do {
            try reader.object { reader, key in
                member = key
                if try reader.null() { return }
                try self.readMember(key, &reader)
            }
        } catch let error as JSONError {
            throw error.inside(member)
        }
        guard self.traceID != 0 else {
            throw JSONError(offset: start, message: "a span needs a traceId that is not zero")
        }
        guard self.spanID != 0 else {
            throw JSONError(offset: start, message: "a span needs a spanId that is not zero")
        }
        guard self.startMicroseconds != 0 else {
            throw JSONError(offset: start, message: "a span needs a startTimeUnixNano")
        }
    }

    private mutating func readMember(_ key: JSONKey, _ reader: inout JSONReader) throws {
        switch key {
        case "traceId", "trace_id": self.traceID = try HexadecimalID.read(UInt128.self, &reader)
        case "spanId", "span_id": self.spanID = try HexadecimalID.read(UInt64.self, &reader)
        case "parentSpanId", "parent_span_id":
            let parent = try HexadecimalID.read(UInt64.self, &reader)
            self.parentSpanID = parent == 0 ? nil : parent
        case "name": self.name = try reader.borrowedString()
        case "kind": self.kind = try Self.readKind(&reader)
        case "startTimeUnixNano", "start_time_unix_nano": self.startMicroseconds = try Self.readTime(&reader) ?? 0
        case "endTimeUnixNano", "end_time_unix_nano": self.endMicroseconds = try Self.readTime(&reader)
        case "attributes": try OTLPAttribute.readList(&reader, into: &self.attributes)
        case "events": try reader.array { try self.readEvent(&$0) }
        case "status": try self.readStatus(&reader)
        default: try reader.skip()
        }
    }

    private mutating func readEvent(_ reader: inout JSONReader) throws {
        var event = OTLPEvent()
        let first = self.eventAttributes.count
        try reader.object { reader, key in
            if try reader.null() { return }
            switch key {
            case "name": event.name = try reader.borrowedString()
            case "timeUnixNano", "time_unix_nano": event.timeMicroseconds = try Self.readTime(&reader)
            case "attributes": try OTLPAttribute.readList(&reader, into: &self.eventAttributes)
            default: try reader.skip()
            }
        }
        event.attributes = first..<self.eventAttributes.count
        self.events.append(event)
    }

    private mutating func readStatus(_ reader: inout JSONReader) throws {
        try reader.object { reader, key in
            if try reader.null() { return }
            switch key {
            case "code": self.statusCode = try Self.readStatusCode(&reader)
            case "message":
                let message = try reader.borrowedString()
                self.statusMessage = message.isEmpty ? nil : message
            default: try reader.skip()
            }
        }
    }

    /// Nanoseconds since 1970 as microseconds, rounded down; nil for 0, which means "unknown".
    private static func readTime(_ reader: inout JSONReader) throws -> Int64? {
        let nanoseconds = try reader.uint64()
        return nanoseconds == 0 ? nil : Int64(nanoseconds / 1000)
    }

    /// A value that is added later counts as unspecified.
    private static func readKind(_ reader: inout JSONReader) throws -> Kind {
        guard try reader.kind() == .string else { return Kind(rawValue: Int(try reader.int64())) ?? .unspecified }
        return switch try reader.borrowedString() {
        case "SPAN_KIND_INTERNAL": .internal
        case "SPAN_KIND_SERVER": .server
        case "SPAN_KIND_CLIENT": .client
        case "SPAN_KIND_PRODUCER": .producer
        case "SPAN_KIND_CONSUMER": .consumer
        default: .unspecified
        }
    }

    private static func readStatusCode(_ reader: inout JSONReader) throws -> StatusCode {
        guard try reader.kind() == .string else { return StatusCode(rawValue: Int(try reader.int64())) ?? .unset }
        return switch try reader.borrowedString() {
        case "STATUS_CODE_OK": .ok
        case "STATUS_CODE_ERROR": .error
        default: .unset
        }
    }
}

extension JSONError {
    /// The same error, said of a member.
    func inside(_ member: JSONKey?) -> JSONError {
        guard let member else { return self }
        return JSONError(offset: self.offset, message: "\(member.string): \(self.message)")
    }
}
