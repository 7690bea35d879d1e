import LedgerDomain
import LedgerEvents

extension CanonicalWriter {
    /// Reads a KeyValue. Of repeated fields, the last counts.
    mutating func member(_ pair: ProtobufReader, of object: inout Object, depth: Int = 0) throws {
        var pair = pair
        var key = UnsafeRawBufferPointer(start: nil, count: 0)
        var value: ProtobufReader?
        do {
            while try pair.next() {
                switch pair.field {
                case 1: key = try pair.utf8("key")
                case 2: value = try pair.message("value")
                default: try pair.skip()
                }
            }
            let start = self.beginMember(of: object)
            self.quote(utf8: key)
            self.maskKey(from: start)
            let keyEnd = self.out.count
            let certainty = self.endKey(from: start, of: &object)
            if let value {
                try self.value(value, under: certainty, depth)
            } else {
                self.out.append("null")
            }
            self.endMember(key: start, keyEnd)
        } catch let error as OTLPError {
            let name = String(decoding: key, as: UTF8.self)
            throw name.isEmpty ? error : error.inside(name)
        }
    }

    /// Reads an AnyValue. Of several fields, which protobuf forbids, the last counts; of none, the value is null.
    mutating func value(_ any: ProtobufReader, under certainty: SecretName.Certainty, _ depth: Int) throws {
        var any = any
        let start = self.out.count
        let isSecret = certainty == .certain && self.isSecretItself
        while try any.next() {
            guard any.field <= 7 else {
                try any.skip()
                continue
            }
            self.out.truncate(to: start)
            switch any.field {
            case 1: self.string(utf8: try any.utf8("string_value"), under: certainty)
            case 2: self.out.append(try any.varint("bool_value") != 0 ? "true" : "false")
            case 3:
                self.out.append(decimal: Int64(bitPattern: try any.varint("int_value")))
                self.maskNumber(from: start, isSecret)
            case 4:
                self.double(Double(bitPattern: try any.fixed64("double_value")))
                self.maskNumber(from: start, isSecret)
            case 5, 6:
                guard depth < Self.depthLimit else {
                    throw OTLPError(
                        offset: any.offset, message: "a value nests deeper than \(Self.depthLimit) lists")
                }
                if any.field == 5 {
                    try self.list(any.message("array_value"), under: certainty, depth + 1)
                } else {
                    try self.members(any.message("kvlist_value"), under: certainty, depth + 1)
                }
            default:
                let bytes = try any.delimited("bytes_value")
                if self.mask.hides(bytes, under: certainty) {
                    self.out.append("\"[masked]\"")
                    continue
                }
                self.out.append("{\"$bytes\":\"")
                Base64.append(bytes: bytes, to: &self.out)
                self.out.append("\"}")
            }
        }
        if self.out.count == start { self.out.append("null") }
    }

    private mutating func list(_ list: ProtobufReader, under certainty: SecretName.Certainty, _ depth: Int) throws {
        var list = list
        self.out.append(UInt8(ascii: "["))
        let first = self.out.count
        let isSecret = certainty == .certain && self.isSecretItself
        var count = 0
        while try list.next() {
            guard list.field == 1 else {
                try list.skip()
                continue
            }
            let pair = count == 1 ? self.certaintyOfPair(inListFrom: first) : .none
            count += 1
            if self.out.count > first { self.out.append(UInt8(ascii: ",")) }
            self.isSecretItself = isSecret
            try self.value(list.message("values"), under: max(certainty, pair), depth)
        }
        self.out.append(UInt8(ascii: "]"))
    }

    private mutating func members(_ list: ProtobufReader, under certainty: SecretName.Certainty, _ depth: Int) throws {
        var list = list
        var object = self.beginObject(under: certainty)
        while try list.next() {
            guard list.field == 1 else {
                try list.skip()
                continue
            }
            try self.member(list.message("values"), of: &object, depth: depth)
        }
        self.endObject(object)
    }
}

extension OTLPError {
    /// The same error, with the name of the member in which it was found.
    func inside(_ member: String) -> OTLPError {
        OTLPError(self.code, offset: self.offset, message: "\(member): \(self.message)")
    }
}
