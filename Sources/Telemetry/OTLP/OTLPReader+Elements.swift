import LedgerDomain

/// The elements of `TraceSpan.events` and `TraceSpan.links`, which JSON and protobuf write alike.
extension OTLPReader {
    struct EventFields {
        var time = 0
        var dropped = 0
    }

    struct LinkFields {
        var trace: UInt128 = 0
        var span: UInt64 = 0
        var dropped = 0
        var flags = 0
    }

    mutating func beginEvent() { self.events.beginElement() }

    /// Writes what follows an event's name. Its attributes are in `self.inner`.
    mutating func endEvent(_ event: EventFields) {
        self.events.number("time_unix_nano", event.time)
        self.events.attributes(self.inner.out.bytes())
        self.events.number("dropped_attributes_count", event.dropped)
        self.events.out.append(UInt8(ascii: "}"))
    }

    mutating func beginLink(_ link: LinkFields) {
        self.links.beginElement()
        if link.trace != 0 {
            self.links.name("trace_id")
            self.links.hexadecimal(link.trace)
        }
        if link.span != 0 {
            self.links.name("span_id")
            self.links.hexadecimal(link.span)
        }
    }

    /// Writes what follows a link's trace state. Its attributes are in `self.inner`.
    mutating func endLink(_ link: LinkFields) {
        self.links.attributes(self.inner.out.bytes())
        self.links.number("dropped_attributes_count", link.dropped)
        self.links.number("flags", link.flags)
        self.links.out.append(UInt8(ascii: "}"))
    }
}

extension CanonicalWriter {
    /// Begins an object in the one array that the writer holds.
    mutating func beginElement() {
        self.out.append(self.isEmpty ? "[{" : ",{")
    }

    /// Begins a member of an element.
    mutating func name(_ name: StaticString) {
        if self.out[self.out.count - 1] != UInt8(ascii: "{") { self.out.append(UInt8(ascii: ",")) }
        self.out.append(UInt8(ascii: "\""))
        self.out.append(name)
        self.out.append("\":")
    }

    /// Writes a member, unless it is 0.
    fileprivate mutating func number(_ name: StaticString, _ value: Int) {
        guard value != 0 else { return }
        self.name(name)
        self.out.append(decimal: Int64(value))
    }

    /// Writes the attributes, unless there are none.
    fileprivate mutating func attributes(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 2 else { return }
        self.name("attributes")
        self.out.append(bytes)
    }

    fileprivate mutating func hexadecimal(_ id: some FixedWidthInteger) {
        self.out.append(UInt8(ascii: "\""))
        self.out.append(Hexadecimal.text(id))
        self.out.append(UInt8(ascii: "\""))
    }
}
