import LedgerEvents
import LedgerRelations
import LedgerViews

extension JSONText {
    /// `{"EUR":{"estimated":"0.5","reported":"0.5"},"USD":{…}}`: amounts by currency, as texts.
    package init(costs: KeyValuePairs<String, [Money]>) {
        var json = JSONWriter()
        json.beginObject()
        for currency in Set(costs.flatMap { $0.value.map(\.currency) }).sorted() {
            json.key(currency.description)
            json.beginObject()
            for (name, amounts) in costs {
                guard let amount = amounts.first(where: { $0.currency == currency }) else { continue }
                json.key(name)
                json.string(amount.amount.description)
            }
            json.endObject()
        }
        json.endObject()
        self.init(uncheckedCanonical: json.text)
    }
}

extension ExecutionTotals {
    /// The one currency of the estimated cost; nil if there is none, or several.
    package var currency: Currency? { self.estimatedCost.money?.currency }

    package var costs: JSONText {
        JSONText(costs: [
            "estimated": self.estimatedCost.amounts, "reported": self.reportedCost.amounts,
            "computed": self.computedCost.amounts,
        ])
    }
}

extension WorkflowStatistics {
    package var costs: JSONText {
        JSONText(costs: ["average": self.averageCosts, "estimated": self.estimatedCost.amounts])
    }
}

extension OrganizationUsage {
    /// The one currency of the computed costs, else of the reported ones; nil if there is none, or several.
    var currency: Currency? {
        let amounts = self.computedCost.amounts.isEmpty ? self.reportedCost.amounts : self.computedCost.amounts
        return amounts.count == 1 ? amounts[0].currency : nil
    }

    var costs: JSONText {
        JSONText(costs: ["reported": self.reportedCost.amounts, "computed": self.computedCost.amounts])
    }
}

extension ColumnDeclaration {
    /// What columns of amounts and currencies have in common with `costs`.
    package static let inCosts = "Null if costs are in several currencies: see costs."
    package static let costs = "By currency, amounts as texts: {\"USD\":{\"estimated\":\"0.5\"}}."
}
