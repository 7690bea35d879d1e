/// What kind of value a field holds, for schemas and documentation.
@usableFromInline package indirect enum FieldKind: Hashable, Sendable {
    case boolean, integer, unsigned, float, double, text, bytes
    /// 64 bits, in JSON 16 hexadecimal digits.
    case hexadecimal
    case uuid, position, instant, day, decimal, quantity, money, currency, json
    case enumeration([String])
    case record(String, [FieldDescription])
}

package enum Cardinality: Hashable, Sendable {
    case required, optional, repeated
}

@usableFromInline package struct FieldShape: Hashable, Sendable {
    package var kind: FieldKind
    package var cardinality: Cardinality

    package init(kind: FieldKind, cardinality: Cardinality) {
        self.kind = kind
        self.cardinality = cardinality
    }
}

/// One field of a record as its documentation shows it.
@usableFromInline package struct FieldDescription: Hashable, Sendable {
    package var number: Int
    package var name: String
    package var shape: FieldShape

    /// The fields of `type` in the order of their numbers.
    @usableFromInline package static func list<R: Record>(_ type: R.Type) -> [FieldDescription] {
        FieldLister().listing(type).fields
    }
}

extension FieldVisitor {
    /// Goes through the fields of a record in which nothing stands yet. For visitors that never throw.
    package func listing<R: Record>(_ type: R.Type) -> Self {
        var visitor = self
        var record = R()
        do {
            try record.fields(&visitor)
        } catch {
            preconditionFailure("listing the fields of \(type) reads nothing and cannot fail: \(error)")
        }
        return visitor
    }
}

private struct FieldLister: FieldVisitor {
    var fields: [FieldDescription] = []

    mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _: inout Value) throws {
        precondition(number > self.fields.last?.number ?? 0, "field numbers ascend: \(name)")
        self.fields.append(FieldDescription(number: number, name: name.description, shape: Value.shape))
    }
}
