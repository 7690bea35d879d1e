import LedgerEvents

/// The way through ranges that follow each other, from the first event to the last position that can be reached, in as
/// few steps as possible.
struct LayerRoute {
    /// Snapshots, in order.
    var snapshots: [LayerFolder.Range] = []
    /// What leads on from the last of them, where there is something.
    var last: LayerFolder.Range?
    /// Every position up to there that snapshots alone lead to, ascending, from the first event on.
    var boundaries: [Position] = [.start]

    init(snapshots: [LayerFolder.Range], recent: [LayerFolder.Range], before end: Position) {
        var steps: [Position: (count: Int, range: LayerFolder.Range?)] = [.start: (0, nil)]
        for range in snapshots.sorted(by: { ($0.through, $0.from) < ($1.through, $1.from) }) where range.through <= end
        {
            guard let before = steps[range.from] else { continue }
            if let known = steps[range.through] {
                if known.count <= before.count + 1 { continue }
            } else {
                self.boundaries.append(range.through)
            }
            steps[range.through] = (before.count + 1, range)
        }
        var reached = self.boundaries.last ?? .start
        for range in recent where range.through <= end && range.through > (self.last?.through ?? reached) {
            if steps[range.from] != nil { self.last = range }
        }
        reached = self.last?.from ?? reached
        while let range = steps[reached]?.range {
            self.snapshots.append(range)
            reached = range.from
        }
        self.snapshots.reverse()
    }
}
