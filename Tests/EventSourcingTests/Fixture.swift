import Foundation
import LedgerEvents

/// The record whose bytes google's protobuf library (Python, 7.x) wrote into `protobuf-every-field.hex`, from a
/// descriptor that says for each field what its scalar names as its proto type.
enum Fixture {
    static func bytes(ofHex name: String) throws -> [UInt8] {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Fixtures/\(name)").standardized.path
        let digits = try String(contentsOfFile: path, encoding: .utf8).utf8.compactMap(UUIDText.hexDigit)
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    static var everyField: EveryField {
        var record = EveryField()
        record.boolean = true
        record.integer = -2
        record.unsigned = 4_294_967_295
        record.double = -0.1
        record.text = "größer 😀"
        record.id = ID(bits: 0x0198_0000_1111_7222_8333_4444_5555_6666)
        record.position = Position(1 << 40)
        record.instant = Instant(microseconds: -1)
        record.day = Day(daysSince1970: -20_000)
        record.decimal = ExactDecimal(picos: -1_500_000_000_001)
        record.money = Money(ExactDecimal(picos: 1_258_000_000), .usd)
        record.currency = .usd
        record.json = JSONText(uncheckedCanonical: #"{"a":[1,2]}"#)
        record.colour = .blue
        record.inner = Self.inner("outer", 0, [String(repeating: "x", count: 200), ""])
        record.optionals.boolean = false
        record.optionals.integer = 0
        record.optionals.double = 0
        record.optionals.text = ""
        record.optionals.instant = .zero
        record.optionals.day = .zero
        record.optionals.inner = Inner()
        record.lists.texts = ["a", "", "b"]
        record.lists.doubles = [0, 1.5]
        record.lists.inners = [Self.inner("one", nil, []), Self.inner("", 5, ["deep"])]
        record.type = "thing.happened"
        return record
    }

    private static func inner(_ text: String, _ number: Int?, _ deeper: [String]) -> Inner {
        var inner = Inner()
        inner.text = text
        inner.number = number
        inner.deeper = deeper.map { text in
            var deepest = Deepest()
            deepest.text = text
            return deepest
        }
        return inner
    }
}
