import LedgerDomain
import LedgerEvents
import LedgerLog

/// What the model calls of an import say that somebody should look at.
package struct ImportedCalls: Hashable, Sendable {
    /// A call whose source names another cost than the prices give.
    package struct CostDifference: Hashable, Sendable {
        package var call: ModelCallID
        package var model: String
        package var reported: Money
        package var computed: Money
    }

    /// Calls with token counts that their sources do not say, or say wrongly.
    package var unknownUsage = 0
    /// Calls whose source reports a cost that was not taken over: negative, too large, or with more digits than are stored.
    package var finerCosts = 0
    /// Calls whose reported and computed cost differ by more than 1 %: mostly, tokens or prices are not what they seem.
    package var costDifferences = 0
    /// The first of these.
    package var differences: [CostDifference] = []

    private static let shown = 10

    package init() {}

    /// Looks at the calls that were recorded or corrected behind a position, as they are now.
    init(in log: any EventLog, after start: Position, through end: Position) throws {
        var unknown: Set<ModelCallID> = []
        var finer: Set<ModelCallID> = []
        var different: [ModelCallID: CostDifference] = [:]
        let types = [ModelCall.type, FactRevised<ModelCall>.type, FactWithdrawn<ModelCall>.type]
        try log.read(EventQuery(types: types), after: start, through: end, limit: .max) { stored in
            let type = stored.type()
            if type == ModelCall.type {
                Self.look(at: try stored.payload(as: ModelCall.self, only: Self.fields), &unknown, &finer, &different)
            } else if type == FactRevised<ModelCall>.type {
                let revised = try stored.payload(as: FactRevised<ModelCall>.self, only: Self.fields)
                Self.look(at: revised.fact, &unknown, &finer, &different)
            } else {
                let withdrawn = try stored.payload(as: FactWithdrawn<ModelCall>.self)
                unknown.remove(withdrawn.id)
                finer.remove(withdrawn.id)
                different[withdrawn.id] = nil
            }
        }
        self.unknownUsage = unknown.count
        self.finerCosts = finer.count
        self.costDifferences = different.count
        self.differences = Array(different.values.sorted { $0.call < $1.call }.prefix(Self.shown))
    }

    /// What `look` looks at.
    private static let fields: FieldSet = {
        var fields = FieldSet.none
        let names = [
            "model_call_id", "model", "reported_cost", "reported_cost_source", "computed_cost", "unknown_tokens",
        ]
        for field in FieldDescription.list(ModelCall.self) where names.contains(field.name) {
            fields.insert(field.number)
        }
        return fields
    }()

    private static func look(
        at call: ModelCall, _ unknown: inout Set<ModelCallID>, _ finer: inout Set<ModelCallID>,
        _ different: inout [ModelCallID: CostDifference]
    ) {
        if call.unknownTokens.isEmpty { unknown.remove(call.id) } else { unknown.insert(call.id) }
        if call.reportedCost == nil, call.reportedCostSource != nil {
            finer.insert(call.id)
        } else {
            finer.remove(call.id)
        }
        different[call.id] = call.costDifference
    }
}

extension ModelCall {
    fileprivate var costDifference: ImportedCalls.CostDifference? {
        guard let reported = self.reportedCost, let computed = self.computedCost,
            reported.currency == computed.currency
        else { return nil }
        let difference = (reported.amount.picos - computed.amount.picos).magnitude
        // Amounts are at most 1.7e38 of these: a hundredth of the larger cannot overflow.
        let allowed = max(reported.amount.picos.magnitude, computed.amount.picos.magnitude) / 100
        if difference <= allowed { return nil }
        return ImportedCalls.CostDifference(
            call: self.id, model: self.model, reported: reported, computed: computed)
    }
}
