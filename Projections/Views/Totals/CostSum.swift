import LedgerDomain
import LedgerEvents

/// Amounts added up per currency.
package struct CostSum: NestedRecord {
    /// The sum in the first currency by code: most runs have no other, and no list to allocate.
    private var first = CurrencySum()
    /// The sums in further currencies, ascending by code.
    private var others: [CurrencySum] = []

    package init() {}

    private init(_ cost: Money) {
        self.first.sum = cost
        self.first.count = 1
    }

    /// The sums, ascending by currency.
    package var amounts: [Money] {
        self.first.count == 0 ? [] : [self.first.sum] + self.others.map(\.sum)
    }

    /// The sum; nil if nothing was added, or amounts in several currencies.
    package var money: Money? {
        self.first.count == 0 || !self.others.isEmpty ? nil : self.first.sum
    }

    /// The sum if all amounts are in this currency.
    package func amount(only currency: Currency?) -> ExactDecimal? {
        guard let money = self.money, money.currency == currency else { return nil }
        return money.amount
    }

    /// - Parameter sign: -1 takes away what was added.
    mutating func add(_ cost: Money?, _ sign: Int = 1) {
        guard let cost else { return }
        self.add(CostSum(cost), sign)
    }

    mutating func add(_ other: CostSum, _ sign: Int) {
        if other.first.count != 0 { self.add(other.first, sign) }
        for sum in other.others { self.add(sum, sign) }
    }

    private mutating func add(_ other: CurrencySum, _ sign: Int) {
        if self.first.count == 0 { self.first = CurrencySum(other.sum.currency) }
        if self.first.sum.currency == other.sum.currency {
            self.first.add(other, sign)
            if self.first.count == 0 { self.first = self.others.isEmpty ? CurrencySum() : self.others.removeFirst() }
            return
        }
        var sums = [self.first] + self.others
        let place = sums.firstIndex { $0.sum.currency >= other.sum.currency } ?? sums.count
        if place == sums.count || sums[place].sum.currency != other.sum.currency {
            sums.insert(CurrencySum(other.sum.currency), at: place)
        }
        sums[place].add(other, sign)
        if sums[place].count == 0 { sums.remove(at: place) }
        self.first = sums.removeFirst()
        self.others = sums
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "first", &self.first)
        try v.field(2, "others", &self.others)
    }
}

/// A sum of amounts in one currency.
struct CurrencySum: NestedRecord {
    var sum = Money.zero
    /// How many amounts are in the sum.
    var count = 0

    init() {}

    init(_ currency: Currency) { self.sum.currency = currency }

    mutating func add(_ other: CurrencySum, _ sign: Int) {
        self.sum.amount += sign < 0 ? .zero - other.sum.amount : other.sum.amount
        self.count += sign * other.count
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "sum", &self.sum)
        try v.field(2, "count", &self.count)
    }
}
