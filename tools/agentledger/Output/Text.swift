import AgentLedger
import LedgerEvents
import LedgerRelations

/// How values are spelled for people.
enum Text {
    /// What stands where there is no value, unlike an empty text.
    static let null = "∅"

    /// `1,234,567`
    static func grouped(_ value: some BinaryInteger) -> String {
        let digits = String(value)
        var out = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3), out != "-" { out.append(",") }
            out.append(digit)
        }
        return out
    }

    /// `1,234.5`
    static func grouped(_ quantity: Quantity) -> String {
        let fraction = quantity.description.drop { $0 != "." }
        return self.grouped(quantity.units) + fraction
    }

    /// `17 positions`, `1 position`
    static func count(_ count: some BinaryInteger, _ noun: String) -> String {
        "\(Self.grouped(count)) \(noun)\(count == 1 ? "" : "s")"
    }

    /// `1.5 MiB`
    static func bytes(_ count: Int) -> String {
        var value = Double(count)
        for unit in ["bytes", "KiB", "MiB", "GiB"] {
            if value < 1024 { return unit == "bytes" ? "\(count) bytes" : "\(Self.tenths(value)) \(unit)" }
            value /= 1024
        }
        return "\(Self.tenths(value)) TiB"
    }

    /// `0.25 s`
    static func seconds(_ value: Double) -> String { "\((value * 100).rounded() / 100) s" }

    /// The parts in as few lines as they fit in; a part that is longer is a line of its own.
    static func wrapped(_ parts: [String], separator: String, within width: Int) -> [String] {
        var lines: [String] = []
        for part in parts {
            if let last = lines.last, last.count + separator.count + part.count <= width {
                lines[lines.count - 1] = last + separator + part
            } else {
                lines.append(part)
            }
        }
        return lines
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func tenths(_ value: Double) -> String { String((value * 10).rounded() / 10) }

    /// What others spread over lines, on one.
    static func oneLine(_ text: String) -> String {
        self.safe(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }

    /// To the microsecond.
    static func rounded(_ seconds: Double) -> Double { (seconds * 1e6).rounded() / 1e6 }

    /// The text with everything that could move a terminal's cursor or turn its words around written out.
    static func safe(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: Self.isUnsafe) else { return text }
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case "\r": out += "\\r"
            case _ where Self.isUnsafe(scalar): out += "\\u{\(String(scalar.value, radix: 16))}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F: false
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    static func cell(_ value: SQLValue) -> String {
        switch value {
        case .null: Self.null
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .double(let value): value.description
        case .bytes(let bytes): "\\x" + Self.hexadecimal(bytes)
        case .text, .uuid, .timestamp, .date, .numeric, .json, .textArray: Self.safe(value.text ?? "")
        }
    }
}
