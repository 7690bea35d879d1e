import LedgerEvents
import LedgerRelations

/// The cells of a row as bytes, for records that are thrown away: a letter for each, what it holds, and how long that
/// is.
enum CellCoding {
    static func encode(_ cells: [SQLValue]?, into bytes: inout [UInt8]) {
        guard let cells else { return self.append(UInt64.max, &bytes) }
        self.append(UInt64(cells.count), &bytes)
        for cell in cells { self.encode(cell, &bytes) }
    }

    private static func encode(_ cell: SQLValue, _ bytes: inout [UInt8]) {
        switch cell {
        case .null: bytes.append(0)
        case .bool(let value): bytes += [1, value ? 1 : 0]
        case .integer(let value): self.append(2, value, &bytes)
        case .double(let value): self.append(3, value.bitPattern, &bytes)
        case .text(let text): self.append(4, text, &bytes)
        case .uuid(let uuid): self.append(5, uuid, &bytes)
        case .timestamp(let microseconds): self.append(6, microseconds, &bytes)
        case .date(let days): self.append(7, days, &bytes)
        case .numeric(let unscaled, let scale):
            self.append(8, unscaled, &bytes)
            bytes.append(scale)
        case .json(let text): self.append(9, text, &bytes)
        case .bytes(let value):
            bytes.append(10)
            self.append(UInt64(value.count), &bytes)
            bytes += value
        case .textArray(let elements):
            self.append(11, UInt64(elements.count), &bytes)
            for element in elements { self.append(4, element, &bytes) }
        }
    }

    private static func append(_ letter: UInt8, _ value: some FixedWidthInteger, _ bytes: inout [UInt8]) {
        bytes.append(letter)
        self.append(value, &bytes)
    }

    private static func append(_ letter: UInt8, _ text: String, _ bytes: inout [UInt8]) {
        self.append(letter, UInt64(text.utf8.count), &bytes)
        bytes += text.utf8
    }

    private static func append(_ value: some FixedWidthInteger, _ bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }

    /// What `encode` wrote; anything else is a mistake.
    struct Reader {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) { self.rest = bytes[...] }

        mutating func cells() -> [SQLValue]? {
            let count = self.integer(UInt64.self)
            if count == .max { return nil }
            return (0..<count).map { _ in self.cell() }
        }

        private mutating func cell() -> SQLValue {
            switch self.integer(UInt8.self) {
            case 0: .null
            case 1: .bool(self.integer(UInt8.self) == 1)
            case 2: .integer(self.integer(Int64.self))
            case 3: .double(Double(bitPattern: self.integer(UInt64.self)))
            case 4: .text(self.text())
            case 5: .uuid(self.integer(UInt128.self))
            case 6: .timestamp(self.integer(Int64.self))
            case 7: .date(self.integer(Int32.self))
            case 8: self.numeric()
            case 9: .json(self.text())
            case 10: .bytes(self.bytes())
            case 11: .textArray(self.texts())
            case let letter: preconditionFailure("a cell begins with \(letter)")
            }
        }

        private mutating func numeric() -> SQLValue {
            let unscaled = self.integer(Int128.self)
            return .numeric(unscaled, scale: self.integer(UInt8.self))
        }

        private mutating func texts() -> [String] {
            let count = self.integer(UInt64.self)
            return (0..<count).map { _ in
                _ = self.integer(UInt8.self)
                return self.text()
            }
        }

        private mutating func text() -> String { String(decoding: self.bytes(), as: UTF8.self) }

        private mutating func bytes() -> [UInt8] {
            let count = Int(self.integer(UInt64.self))
            defer { self.rest = self.rest.dropFirst(count) }
            return Array(self.rest.prefix(count))
        }

        mutating func integer<Value: FixedWidthInteger>(_: Value.Type) -> Value {
            let count = MemoryLayout<Value>.size
            defer { self.rest = self.rest.dropFirst(count) }
            return self.rest.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(as: Value.self)) }
        }
    }
}
