import LedgerDomain
import LedgerEvents

/// Cells as values. A column that the table does not have is null.
extension SourceRow {
    // MARK: Keys and numbers

    /// A UUID that is zero is no id here; another one that is the same for all rows takes its place.
    func id<Thing>(_ column: String) throws(CellError) -> ID<Thing>? {
        guard let text = self.text(column) else { return nil }
        guard let id = ID<Thing>(text) else {
            throw CellError("\(column) is \"\(text.prefix(80))\", which is not a UUID")
        }
        return id == .zero ? ID(bits: UUIDv5.named("the id of zeros", in: 0)) : id
    }

    func requiredID<Thing>(_ column: String) throws(CellError) -> ID<Thing> {
        try self.present(self.id(column), column)
    }

    func integer(_ column: String, in range: ClosedRange<Int> = .min ... .max) throws(CellError) -> Int? {
        guard let text = self.text(column) else { return nil }
        if let number = Int(text), range.contains(number) { return number }
        // A platform may keep its counts as decimals.
        if text.contains("."), let decimal = ExactDecimal(text), decimal.picos % 1_000_000_000_000 == 0,
            let number = Int(exactly: decimal.picos / 1_000_000_000_000), range.contains(number)
        {
            return number
        }
        try self.change(column, "a number that does not fit is left out")
        return nil
    }

    func double(_ column: String) throws(CellError) -> Double? {
        guard let text = self.text(column) else { return nil }
        if let number = Double(text), number.isFinite { return number }
        try self.change(column, "a number that is none is left out")
        return nil
    }

    /// Digits after the twelfth are rounded.
    func decimal(_ column: String, in range: ClosedRange<ExactDecimal>? = nil) throws(CellError) -> ExactDecimal? {
        guard let text = self.text(column) else { return nil }
        guard let number = ExactDecimal(rounding: text), range?.contains(number) ?? true else {
            try self.change(column, "a number that does not fit is left out")
            return nil
        }
        if ExactDecimal(text) == nil { try self.change(column, "rounded to twelve digits after the point") }
        return number
    }

    func currency(_ column: String) throws(CellError) -> Currency? {
        guard let text = self.text(column) else { return nil }
        let code = text.trimmed.uppercased()
        guard let currency = Currency(code), currency.minorDigits != nil else {
            try self.change(column, "a currency that ISO 4217 does not have is left out")
            return nil
        }
        if code != text { try self.change(column, "written in the way of ISO 4217") }
        return currency
    }

    /// False where it is null.
    func bool(_ column: String) throws(CellError) -> Bool {
        guard let text = self.text(column) else { return false }
        switch text {
        case "t", "true", "1": return true
        case "f", "false", "0": return false
        case _: throw CellError("\(column) is \"\(text.prefix(80))\", which is not a truth value")
        }
    }

    // MARK: Times

    /// Sessions run in UTC; a time without a zone is one of the platform's zone.
    func instant(_ column: String) throws(CellError) -> Instant? {
        guard let text = self.text(column) else { return nil }
        if text.utf8.count <= 10 {
            if let instant = Instant(text) { return instant }
        } else if text.hasSuffix("+00") {
            if let instant = Instant(text.dropLast(3) + "Z") { return instant }
        } else if let local = Instant(text + "Z") {
            return self.rules.zone.instant(local: local)
        }
        try self.change(column, "a time that is not within the years 1 to 9999 is left out")
        return nil
    }

    /// When something was made: the column's time, else the earliest of the others, else that of the whole platform.
    func creation(_ column: String = "created_at", else others: String...) throws(CellError) -> Instant {
        if let instant = try self.instant(column) { return instant }
        var earliest: Instant?
        for other in others {
            guard let instant = try self.instant(other) else { continue }
            earliest = min(earliest ?? instant, instant)
        }
        try self.makeUp(
            column,
            earliest == nil
                ? "no time; the earliest of the platform was taken" : "no time; another of the row was taken")
        return earliest ?? self.rules.earliest
    }

    func day(_ column: String) throws(CellError) -> Day? {
        guard let text = self.text(column) else { return nil }
        if let day = Day(text) { return day }
        try self.change(column, "a date that is not within the years 1 to 9999 is left out")
        return nil
    }

    // MARK: JSON

    func json(_ column: String) throws(CellError) -> JSONText? {
        guard let text = self.text(column) else { return nil }
        if let json = try? JSONText(parsing: text) { return json }
        try self.change(column, "JSON that names a member twice, or is too deep, is left out")
        return nil
    }

    /// `{}` where it is null.
    func object(_ column: String) throws(CellError) -> JSONText {
        guard let json = try self.json(column), json != .null else { return .emptyObject }
        if json.text.hasPrefix("{") { return json }
        try self.change(column, "JSON that is no object is left out")
        return .emptyObject
    }

    /// An object that other people see: placeholders take the place of secrets. `{}` where it is null.
    func configuration(_ column: String) throws(CellError) -> JSONText {
        let (json, secrets) = try self.object(column).withoutSecrets()
        if secrets > 0 { self.lose(column, Self.secret) }
        return json
    }

    static let secret = "secrets, in the place of which stand placeholders"

    // MARK: Words

    /// One of the cases of an enumeration, however it is written; nil where it is null or none of them.
    func word<Word: RawRepresentable & CaseIterable>(
        _ column: String, else others: [String: Word] = [:]
    ) throws(CellError) -> Word? where Word.RawValue == String {
        guard let text = self.text(column) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let plain = text.trimmed.lowercased().replacing(" ", with: "_").replacing("-", with: "_")
        let word = Word(rawValue: plain) ?? others[plain]
        try self.change(
            column,
            word.map { "adopted as \($0.rawValue)" } ?? "a value that the ledger does not have; the default was taken")
        return word
    }

    func present<Value>(_ value: Value?, _ column: String) throws(CellError) -> Value {
        guard let value else { throw CellError("\(column) is null") }
        return value
    }
}

extension String {
    /// Without white space around it.
    var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
