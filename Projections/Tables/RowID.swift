import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

/// Names one row of the ledger's schema.
package struct RowID: Hashable, Sendable {
    /// The id of the thing that the row is about, or is a part of; the position, for the row of an event.
    package var thing: UInt128
    /// The rest of the row's key, where it is a part of a thing.
    package var part: [SQLValue]

    package init(_ thing: UInt128, part: [SQLValue] = []) {
        self.thing = thing
        self.part = part
    }
}

/// How the rows of a kind are named.
package enum RowNaming: Sendable {
    /// By a UUID of their own.
    case uuid
    /// By the position of the event that they tell.
    case position
    /// By an organization and a month.
    case month
    /// By the thing that they are part of, of the kind `owner`, and by one column more.
    case part(owner: String, column: ColumnDeclaration)
    /// By a UUID of their own, though they are parts of the thing whose id is in `ownerColumn`.
    case ownedUUID(owner: String, ownerColumn: String)
}

extension LedgerSnapshot {
    package static func naming(of kind: String) -> RowNaming {
        let relation = self.relation(of: kind)
        if kind == OrganizationUsage.kind { return .month }
        if case .event? = relation.row { return .position }
        guard let parts = relation.parts, let place = parts.keyPlaces.first else { return .uuid }
        let columns = relation.declaration.columns
        if relation.declaration.primaryKey.count == 1 {
            return .ownedUUID(owner: parts.kind, ownerColumn: columns[parts.ownerPlace].name)
        }
        return .part(owner: parts.kind, column: columns[place])
    }

    /// The name of a row.
    package static func id(of cells: [SQLValue], kind: String) -> RowID? {
        let relation = self.relation(of: kind)
        let keys = relation.declaration.primaryKeyIndexes.map { cells[$0] }
        switch (self.naming(of: kind), keys.first) {
        case (.uuid, .uuid(let id)): return RowID(id)
        case (.position, .integer(let position)): return RowID(UInt128(UInt64(position)))
        case (.month, .uuid(let organization)):
            guard case .date(let days)? = keys.last else { return nil }
            return RowID(self.usageID(organization, Day(daysSince1970: days)))
        case (.part, _), (.ownedUUID, _):
            guard let parts = relation.parts, case .uuid(let owner) = cells[parts.ownerPlace] else { return nil }
            return RowID(owner, part: parts.keyPlaces.map { cells[$0] })
        case _: return nil
        }
    }

    /// The id of the row of an organization's month.
    package static func usageID(_ organization: UInt128, _ month: Day) -> UInt128 {
        OrganizationUsage.id(OrganizationID(bits: organization), month).bits
    }

    /// A row's name as people write it: a UUID, a position, or a UUID, a slash and what names the part.
    package static func text(of id: RowID, kind: String) -> String {
        switch self.naming(of: kind) {
        case .uuid, .month: UUIDText.format(id.thing)
        case .position: String(id.thing)
        case .part: UUIDText.format(id.thing) + "/" + self.text(id.part)
        case .ownedUUID: self.text(id.part)
        }
    }

    private static func text(_ part: [SQLValue]) -> String {
        part.map { value in
            if case .integer(let number) = value { return String(number) }
            return value.text ?? ""
        }.joined(separator: "/")
    }
}
