import ArgumentParser

/// All attacks, by what they do.
enum Attack: String, CaseIterable, ExpressibleByArgument {
    case kill
    case killCommands = "kill-commands"
    case points, sealing, views, creation, failures
    case sealFailures = "seal-failures"
    case viewFailures = "view-failures"
    case fullDisk = "full-disk"
    case damage, race
    case commandRace = "command-race"
    case crowd, widow, latency, hold, plant

    var name: String {
        switch self {
        case .kill: "killed at any moment"
        case .killCommands: "the same, executing commands"
        case .points: "killed at each step of a commit"
        case .sealing: "killed while a segment is sealed"
        case .views: "killed at each step of a view commit"
        case .creation: "killed while a ledger is made"
        case .failures: "failing calls"
        case .sealFailures: "failing calls while a segment is sealed"
        case .viewFailures: "failing calls on the views"
        case .fullDisk: "a full disk"
        case .damage: "flipped bits, torn pages, cut files"
        case .race: "4 processes race for a condition"
        case .commandRace: "4 processes race for a name"
        case .crowd: "2 writers, 2 readers, 2 followers"
        case .widow: "a writer beside others that are killed"
        case .latency: "a follower of 1 writer with pauses"
        case .hold: "readers that hold a snapshot"
        case .plant: "planted mistakes"
        }
    }

    /// How many rounds for each hundred that are asked for: what is quick does more, and what needs many at once has them.
    func rounds(_ asked: Int) -> Int {
        switch self {
        case .kill, .views, .creation, .viewFailures, .widow: asked
        case .killCommands: max(1, asked / 2)
        case .points, .sealing, .failures, .sealFailures, .crowd, .latency: asked * 2
        case .fullDisk: max(1, asked / 20)
        case .plant: max(2, asked / 10)
        case .damage: asked * 5
        case .race: asked * 20
        case .commandRace: asked * 3
        case .hold: max(500, asked)
        }
    }

    func run(_ campaign: Campaign) throws -> [Tally] {
        switch self {
        case .kill: [try campaign.killAnywhere(.notes, self.name)]
        case .killCommands: [try campaign.killAnywhere(.commands, self.name)]
        case .points: [try campaign.killAtPoints(of: Fault.log, .notes, self.name)]
        case .sealing: [try campaign.killSealing(self.name)]
        case .views: [try campaign.killAtPoints(of: Fault.views, .commands, self.name)]
        case .creation: [try campaign.killCreation(self.name)]
        case .failures: [try campaign.failCalls(on: Fault.log, .notes, self.name)]
        case .sealFailures: [try campaign.failSealing(self.name)]
        case .viewFailures: [try campaign.failCalls(on: Fault.views, .commands, self.name)]
        case .fullDisk: [try campaign.fillDisk(self.name)]
        case .damage: [try campaign.damage(self.name)]
        case .race: [try campaign.race(.notes, self.name)]
        case .commandRace: [try campaign.race(.commands, self.name)]
        case .crowd: [try campaign.crowd(self.name, writers: 2, readers: 2, followers: 2)]
        case .widow: [try campaign.killBeside(self.name)]
        case .latency: [try campaign.crowd(self.name, writers: 1, readers: 0, followers: 1, pace: 16_000)]
        case .hold: [try campaign.hold(self.name)]
        case .plant: try campaign.plant()
        }
    }
}
