/// Where a ledger keeps its views: beside the log, in folders that may be removed at any time.
enum ViewsFolder {
    static func path(of ledger: String) -> String { "\(ledger)/views" }
    static func snapshots(of ledger: String) -> String { "\(ledger)/snapshots" }
}
