public enum JSONKind { case object, array, string, number, bool, null }
public struct JSONError: Error, Equatable, CustomStringConvertible {
    public var offset: Int; public var message: String
    public var description: String { message }
}
public struct JSONKey {
    public var string: String; public static func ~= (a: StaticString, b: JSONKey) -> Bool { true }
}
public struct JSONReader {
    public init(_ b: UnsafeRawBufferPointer) {}
    public mutating func object(_ body: (inout JSONReader, JSONKey) throws -> Void) throws {}
    public mutating func array(_ body: (inout JSONReader) throws -> Void) throws {}
    public mutating func string() throws -> String { "" }
    public mutating func int64() throws -> Int64 { 0 }
    public mutating func uint64() throws -> UInt64 { 0 }
    public mutating func double() throws -> Double { 0 }
    public mutating func bool() throws -> Bool { true }
    public mutating func null() throws -> Bool { true }
    public mutating func skip() throws {}
    public mutating func raw() throws -> UnsafeRawBufferPointer { .init(start: nil, count: 0) }
    public mutating func decimalText<R>(_ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
        try body(.init(start: nil, count: 0))
    }
}
public struct JSONWriter {
    public var bytes: [UInt8] = []
    public init(pretty: Bool = false) {}
    public mutating func beginObject() {}
    public mutating func endObject() {}
    public mutating func beginArray() {}
    public mutating func endArray() {}
    public mutating func key(_ s: StaticString) {}
    public mutating func string(_ s: String) {}
    public mutating func int(_ s: Int64) {}
    public mutating func double(_ s: Double) {}
    public mutating func bool(_ s: Bool) {}
    public mutating func null() {}
    public mutating func raw(_ s: String) {}
}
public struct JSONText: Hashable, Sendable {
    public var text: String
    public init(parsing: String) throws(JSONError) { text = parsing }
    public init(reading: inout JSONReader) throws { text = "" }
    public static let emptyObject = try! JSONText(parsing: "{}")
}
