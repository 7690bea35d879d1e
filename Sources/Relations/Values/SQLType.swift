/// What a column may hold, in words that both dialects can spell.
@usableFromInline package enum SQLType: Hashable, Sendable {
    case uuid
    case text
    /// Nil: of any length.
    case varchar(Int?)
    case char(Int)
    case boolean
    /// 32 bits, signed.
    case integer
    /// 64 bits, signed.
    case bigint
    case double
    case numeric(precision: Int, scale: Int)
    /// An instant, kept to the microsecond.
    case timestamptz
    case date
    case jsonb
    case bytea
    case textArray
    /// One of `values`. `name` names the type where a schema asks for `CREATE TYPE … AS ENUM`.
    case enumeration(name: String, values: [String])

    /// The cases of a Swift enumeration; `LedgerDomain.WorkflowExecution.Status` is named `workflow_execution_status`.
    package static func enumeration<E: RawRepresentable & CaseIterable>(_ type: E.Type) -> SQLType
    where E.RawValue == String {
        .enumeration(name: snakeCase(reflecting: type), values: E.allCases.map(\.rawValue))
    }

    package static func enumeration(_ name: String, _ values: [String]) -> SQLType {
        .enumeration(name: name, values: values)
    }

    /// `Module.Outer.InnerName` becomes `outer_inner_name`; local contexts in parentheses are dropped.
    private static func snakeCase<T>(reflecting type: T.Type) -> String {
        let parts = String(reflecting: type).split(separator: ".").filter { !$0.hasPrefix("(") }
        return parts.dropFirst().map { part in
            var word = ""
            for character in part {
                if character.isUppercase, !word.isEmpty { word.append("_") }
                word.append(contentsOf: character.lowercased())
            }
            return word
        }.joined(separator: "_")
    }
}
