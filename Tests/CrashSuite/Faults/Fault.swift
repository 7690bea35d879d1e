/// What the preloaded library is to do, and to which call: see Tests/FaultInjection/fault.c.
struct Fault: CustomStringConvertible {
    enum Call: String, CaseIterable {
        case pages, meta, sync, resize, create, mkdir, rename, unlink, folder, any
    }

    enum Moment: String, CaseIterable {
        case before, after
    }

    enum Action: String, CaseIterable {
        case kill
        case inputOutputError = "EIO"
        case noSpace = "ENOSPC"
        case short
    }

    /// Files of the log, and of the views, as a pattern for their paths.
    static let log = "*/log/*/data.mdb"
    static let views = "*/views/data.mdb"
    static let anything = "*"

    var files = Fault.log
    var call: Call
    var moment: Moment
    /// Of the calls that match, the first that is struck, counted from 1.
    var nth: Int
    var action: Action
    /// How many in a row.
    var times = 1

    var description: String {
        "\(self.files) \(self.call.rawValue) \(self.moment.rawValue) \(self.nth) \(self.action.rawValue) \(self.times)"
    }
}
