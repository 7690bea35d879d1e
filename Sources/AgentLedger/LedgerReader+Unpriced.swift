import LedgerDomain
import LedgerEvents
import LedgerViews

extension LedgerReader {
    /// The usage for which no price is known as of a moment and which no invoice bills, over all organizations: most
    /// records first. `UnpricedUsage.command` is the command that sets a price for it.
    ///
    /// The cost is that of the sums of unbilled usage, once the views are folded; the table `unpriced_usage` has the
    /// same by organization.
    ///
    /// ```swift
    /// for usage in try LedgerReader(at: path).unpricedUsage() { print(usage.command) }
    /// ```
    package func unpricedUsage(at moment: Moment = .end, progress: Views.Progress? = nil) throws -> [UnpricedUsage] {
        let views = try self.views(at: moment, progress: progress)
        let states = StateCache(over: views, at: views.position)
        var lists: [[UnpricedUsage]] = []
        try views.forEach(Organization.self) { id, _ in
            let list = UnpricedUsage.list(of: id, in: states)
            if !list.isEmpty { lists.append(list) }
        }
        try views.throwIfFailed()
        return UnpricedUsage.sum(lists).enumerated()
            .sorted { ($1.element.records, $0.offset) < ($0.element.records, $1.offset) }.map(\.element)
    }
}

/// The unpriced usage of one model, kind by kind: most records first.
package struct UnpricedModel: Sendable {
    /// Empty: the usage names none.
    package var provider: String
    /// Empty: the usage names none.
    package var model: String
    package var usages: [UnpricedUsage]

    package var records: Int { self.usages.reduce(0) { $0 + $1.records } }

    /// A command that sets a price for the first kind of usage; see `UnpricedUsage.command`.
    package var exampleCommand: String { self.usages.first?.command ?? "" }

    /// Groups usage by provider and model. Those of a model come first, most records first; then what belongs to none,
    /// such as runs.
    package static func list(_ usages: [UnpricedUsage]) -> [UnpricedModel] {
        var models: [UnpricedModel] = []
        for usage in usages {
            let place = models.firstIndex { $0.provider == usage.provider && $0.model == usage.model }
            if let place {
                models[place].usages.append(usage)
            } else {
                models.append(UnpricedModel(provider: usage.provider, model: usage.model, usages: [usage]))
            }
        }
        return models.enumerated().sorted { a, b in
            (a.element.model.isEmpty ? 1 : 0, -a.element.records, a.offset)
                < (b.element.model.isEmpty ? 1 : 0, -b.element.records, b.offset)
        }.map(\.element)
    }
}
