import Dispatch
import Glibc
import Synchronization

/// The process that holds the writer's lock of an environment.
package struct LockHolder: Hashable, Sendable {
    package var process: Int32
    /// Its command line.
    package var command: String
    /// Whether a signal or a debugger stopped it.
    package var isStopped: Bool
}

/// Reports a lock that a writer waits for longer than a second: once for each wait, and each holder.
package enum LockWatch {
    /// - Parameters:
    ///   - path: the environment's directory.
    ///   - holder: nil if it cannot be told, for example in another container.
    package typealias Report = @Sendable (_ path: String, _ holder: LockHolder?) -> Void

    private static let periodMicroseconds: UInt32 = 250_000
    private static let patienceMilliseconds: Int64 = 1000

    private struct State {
        var report: Report?
        var waits: [UInt32: Wait] = [:]
    }

    private struct Wait {
        var path: String
        var since: Int64
        var lastReport: LockHolder??
    }

    private static let state = Mutex(State())
    /// So that writers need no look at the state while nobody wants reports.
    private static let isOn = Atomic<Bool>(false)

    /// From now on, calls `report` for waits of this process, on a queue of its own.
    package static func start(_ report: @escaping Report) {
        state.withLock { $0.report = report }
        guard !isOn.exchange(true, ordering: .relaxed) else { return }
        DispatchQueue(label: "lock watch").async {
            while true {
                FileSystem.pause(microseconds: periodMicroseconds)
                check()
            }
        }
    }

    /// A writer begins to wait; call `end` when it has the lock.
    static func begin(_ handle: EnvironmentHandle) {
        guard isOn.load(ordering: .relaxed) else { return }
        let now = milliseconds()
        state.withLock { state in
            if state.waits[handle.number] == nil {
                state.waits[handle.number] = Wait(path: handle.path, since: now)
            }
        }
    }

    static func end(_ handle: EnvironmentHandle) {
        guard isOn.load(ordering: .relaxed) else { return }
        _ = state.withLock { $0.waits.removeValue(forKey: handle.number) }
    }

    private static func check() {
        let now = milliseconds()
        let due = state.withLock { $0.waits.filter { now - $0.value.since >= patienceMilliseconds } }
        for (number, wait) in due {
            let holder = LockHolder(of: wait.path)
            // Another thread of ours is not news: it goes on.
            if holder?.process == getpid() || wait.lastReport == .some(holder) { continue }
            let report = state.withLock { state in
                state.waits[number]?.lastReport = .some(holder)
                return state.waits[number] == nil ? nil : state.report
            }
            report?(wait.path, holder)
        }
    }

    private static func milliseconds() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

extension LockHolder {
    /// lock.mdb, as LMDB 0.9 lays it out (mdb.c, `MDB_txninfo`).
    private static let magic: UInt32 = 0xBEEF_C0DE
    /// Of the writer's mutex. Before it: magic, format, the readers' mutex, a transaction's number, a count, and filling
    /// up to a cache line.
    private static let mutexOffset = 64
    /// The first word of a robust mutex is its owner's thread, with two flags (futex(2), FUTEX_TID_MASK).
    private static let futexThreadMask: UInt32 = 0x3FFF_FFFF

    /// The process that holds the writer's lock of an environment; nil if there is none, or if it cannot be told.
    init?(of path: String) {
        guard let file = LockFile.descriptor(path),
            let bytes = Self.head(of: file, count: Self.mutexOffset + 4), bytes.count == Self.mutexOffset + 4
        else { return nil }
        func word(at offset: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
        }
        guard word(at: 0) == Self.magic else { return nil }
        let thread = word(at: Self.mutexOffset) & Self.futexThreadMask
        guard thread != 0, let status = Self.text("/proc/\(thread)/status") else { return nil }
        func field(_ name: String) -> String? {
            status.split(separator: "\n").first { $0.hasPrefix(name) }
                .map { String($0.dropFirst(name.count).drop { $0 == "\t" || $0 == " " }) }
        }
        guard let process = field("Tgid:").flatMap({ Int32($0) }) else { return nil }
        self.process = process
        self.command = Self.text("/proc/\(process)/cmdline")?.split(separator: "\0").joined(separator: " ") ?? ""
        let state = field("State:")?.first
        self.isStopped = state == "T" || state == "t"
    }

    private static func text(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return self.head(of: descriptor, count: 4096).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func head(of descriptor: Int32, count: Int) -> [UInt8]? {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            unsafe initialized = max(pread(descriptor, buffer.baseAddress, count, 0), 0)
        }
    }
}
