import LedgerEvents

/// Unbilled usage of one kind for which no price is known.
package struct UnpricedUsage: Hashable, Sendable {
    /// Empty: the usage names none.
    package var provider = ""
    /// Empty: the usage names none.
    package var model = ""
    package var usageType = ""
    package var records = 0
    /// In units of the usage type.
    package var quantity: Quantity = 0
    package var firstDay = Day.zero
    package var lastDay = Day.zero

    /// A `price.set` command that sets the price for all of this usage, as one line of JSON. Its amount reads `AMOUNT`:
    /// that is left to whoever knows the price.
    package var command: String {
        var json = JSONWriter()
        json.beginObject()
        json.key("command")
        json.string(Price.command)
        json.key("data")
        json.beginObject()
        json.key("usage_type")
        json.string(self.usageType)
        if !self.model.isEmpty {
            if !self.provider.isEmpty {
                json.key("provider")
                json.string(self.provider)
            }
            json.key("model")
            json.string(self.model)
        }
        json.key("amount")
        json.string("AMOUNT")
        json.key("effective_from")
        json.string(self.firstDay.description)
        json.endObject()
        json.endObject()
        return json.text
    }

    /// The unpriced usage of one organization, in the order of provider, model and usage type. Only what no invoice
    /// bills is looked at; the cost is that of the organization's sums of unbilled usage.
    package static func list(of organization: OrganizationID, in world: any DecisionContext) -> [UnpricedUsage] {
        let days = (world.peek(ID<UsageCalendar>(bits: organization.bits))?.days ?? [])
            .compactMap { world.peek(UnbilledUsage.id(organization, $0)) }
        let rating = UsageRating(organization: organization, world: world, through: world.position)
        var found: [Key: UnpricedUsage] = [:]
        for (day, parts) in rating.parts(of: days, where: { $0.rate == nil }) {
            for (sum, rate) in parts where rate == nil {
                let key = Key(provider: sum.provider ?? "", model: sum.model ?? "", usageType: sum.usageType)
                found[key, default: UnpricedUsage(key, on: day)].add(
                    sum.records, Quantity(sum.quantity), day, day)
            }
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The same kinds of usage of several organizations added up, in the order of provider, model and usage type.
    package static func sum(_ lists: [[UnpricedUsage]]) -> [UnpricedUsage] {
        var found: [Key: UnpricedUsage] = [:]
        for usage in lists.joined() {
            let key = Key(provider: usage.provider, model: usage.model, usageType: usage.usageType)
            found[key, default: UnpricedUsage(key, on: usage.firstDay)].add(
                usage.records, usage.quantity, usage.firstDay, usage.lastDay)
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    private struct Key: Hashable, Comparable {
        var provider: String
        var model: String
        var usageType: String

        static func < (a: Key, b: Key) -> Bool {
            (a.provider, a.model, a.usageType) < (b.provider, b.model, b.usageType)
        }
    }

    private init(_ key: Key, on day: Day) {
        self.provider = key.provider
        self.model = key.model
        self.usageType = key.usageType
        self.firstDay = day
        self.lastDay = day
    }

    private mutating func add(_ records: Int, _ quantity: Quantity, _ first: Day, _ last: Day) {
        self.records += records
        self.quantity += quantity
        self.firstDay = min(self.firstDay, first)
        self.lastDay = max(self.lastDay, last)
    }
}
