import LedgerEvents

/// Aliases and groups in memory, over those of a source.
struct IndexCache {
    /// Nil: free.
    private(set) var aliases: [EventTag: UInt128?] = [:]
    /// True: joined; false: left.
    private(set) var changes: [EventTag: [UInt128: Bool]] = [:]
    /// Whole groups, remembered while they stay small: price lists are asked for with every call.
    private var groups: [EventTag: [UInt128]] = [:]
    private var knownAliases: [EventTag: UInt128?] = [:]
    private(set) var count = 0

    private static let rememberedMembers = 64

    mutating func holder(of alias: EventTag, in source: any StateSource) -> UInt128? {
        if let changed = self.aliases[alias] { return changed }
        if let known = self.knownAliases[alias] { return known }
        let holder = source.holder(of: alias)
        self.knownAliases[alias] = .some(holder)
        self.count += 1
        return holder
    }

    mutating func members(of group: EventTag, in source: any StateSource) -> [UInt128] {
        if let members = self.groups[group] { return members }
        var members = source.members(of: group)
        if let changes = self.changes[group] {
            var all = Set(members)
            for (id, joined) in changes {
                if joined { all.insert(id) } else { all.remove(id) }
            }
            members = all.sorted()
        }
        if members.count <= Self.rememberedMembers {
            self.groups[group] = members
            self.count += 1
        }
        return members
    }

    mutating func claim(_ alias: EventTag, by id: UInt128) {
        self.aliases[alias] = .some(id)
        self.count += 1
    }

    /// Frees the alias, unless something else took it in the meantime.
    mutating func release(_ alias: EventTag, by id: UInt128, in source: any StateSource) {
        guard self.holder(of: alias, in: source) == id else { return }
        self.aliases[alias] = .some(nil)
    }

    mutating func move(_ id: UInt128, in group: EventTag, joined: Bool) {
        self.changes[group, default: [:]][id] = joined
        self.groups[group] = nil
        self.count += 1
    }

    /// Takes over what changed in an index over this one.
    mutating func adopt(_ other: IndexCache) {
        for (alias, holder) in other.aliases {
            self.aliases[alias] = .some(holder)
            self.count += 1
        }
        for (group, changes) in other.changes {
            for (id, joined) in changes { self.move(id, in: group, joined: joined) }
        }
    }

    mutating func removeAll() { self = IndexCache() }
}
