import CLedgerLMDB
import Glibc
import Synchronization

/// Ends the process with one clear error when LMDB meets a damaged page or a file that the disk has no room for, instead
/// of a crash: such a fault arrives as SIGBUS or SIGSEGV inside a mapped file, or as a failed assertion of LMDB.
///
/// For programs, not for libraries: it takes the place of the process's handlers of the two signals.
package enum MappedFileFaults {
    private static let isInstalled = Atomic<Bool>(false)

    /// - Parameters:
    ///   - program: what the message begins with.
    ///   - remedies: what to do about a file, by a part of its path; the first that fits is printed.
    package static func install(program: String, remedies: [(part: String, remedy: String)]) {
        guard !isInstalled.exchange(true, ordering: .relaxed) else { return }
        FaultReport.prepare(program: program, remedies: remedies)
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_sigaction = { signal, info, context in
            unsafe FaultReport.handle(signal, info, context)
        }
        action.sa_flags = SA_SIGINFO | Int32(bitPattern: UInt32(SA_NODEFER))
        unsafe sigaction(SIGBUS, &action, nil)
        unsafe sigaction(SIGSEGV, &action, nil)
    }

    /// Has LMDB report a failed assertion of this environment in the same way.
    static func watch(_ env: OpaquePointer) {
        guard isInstalled.load(ordering: .relaxed) else { return }
        _ = unsafe mdb_env_set_assert(env) { env, _ in
            var path: UnsafePointer<CChar>?
            unsafe mdb_env_get_path(env, &path)
            unsafe FaultReport.end(path: path, isFolder: true)
        }
    }

    /// Notes which environment this thread is in, for faults outside of any file.
    static func enter(_ path: UnsafeMutablePointer<CChar>?) {
        if isInstalled.load(ordering: .relaxed) { _ = unsafe pthread_setspecific(FaultReport.key, path) }
    }

    /// Which environment this thread was in last.
    static var entered: UnsafeMutablePointer<CChar>? {
        guard isInstalled.load(ordering: .relaxed) else { return nil }
        return unsafe pthread_getspecific(FaultReport.key)?.assumingMemoryBound(to: CChar.self)
    }
}

/// The environment that a thread is in, to go back to after another one.
@usableFromInline
@safe struct EnteredEnvironment {
    private let path: UnsafeMutablePointer<CChar>?

    @usableFromInline
    init() { unsafe self.path = MappedFileFaults.entered }

    @usableFromInline
    func enter() { unsafe MappedFileFaults.enter(self.path) }
}

/// What runs inside of a signal handler: no allocation, no locks, system calls alone.
private enum FaultReport {
    private typealias Text = UnsafeMutablePointer<CChar>

    // SAFETY: all are written once by `prepare`, before any handler is installed, and read afterwards.
    nonisolated(unsafe) static var key = pthread_key_t()
    nonisolated(unsafe) private static var program: Text?
    // SAFETY: as above. Parts of paths and their remedies, in turn.
    nonisolated(unsafe) private static var remedies: UnsafeMutablePointer<Text?>?
    nonisolated(unsafe) private static var remedyCount = 0
    // SAFETY: as above.
    nonisolated(unsafe) private static var chunk: Text?
    nonisolated(unsafe) private static var line: Text?
    nonisolated(unsafe) private static var found: Text?

    private static let chunkBytes = 4096
    private static let lineBytes = 8192

    static func prepare(program name: String, remedies texts: [(part: String, remedy: String)]) {
        unsafe pthread_key_create(&key, nil)
        unsafe program = strdup(name)
        let copies = UnsafeMutablePointer<Text?>.allocate(capacity: texts.count * 2)
        for (index, text) in texts.enumerated() {
            unsafe (copies + index * 2).initialize(to: strdup(text.part))
            unsafe (copies + index * 2 + 1).initialize(to: strdup(text.remedy))
        }
        unsafe remedies = copies
        unsafe remedyCount = texts.count
        unsafe chunk = Text.allocate(capacity: chunkBytes)
        unsafe line = Text.allocate(capacity: lineBytes)
        unsafe found = Text.allocate(capacity: lineBytes)
    }

    static func handle(_ signal: Int32, _ info: UnsafeMutablePointer<siginfo_t>?, _ context: UnsafeMutableRawPointer?) {
        let address = unsafe info.map { unsafe UInt(bitPattern: $0.pointee._sifields._sigfault.si_addr) } ?? 0
        let place = unsafe search(address, codeAddress(context))
        if place.isFile { unsafe end(path: found, isFolder: false) }
        if place.isLMDB, let path = unsafe pthread_getspecific(key) {
            unsafe end(path: path.assumingMemoryBound(to: CChar.self), isFolder: true)
        }
        // Not ours: the instruction faults again, with the default action.
        _ = Glibc.signal(signal, SIG_DFL)
    }

    private static func codeAddress(_ context: UnsafeMutableRawPointer?) -> UInt {
        guard let context = unsafe context else { return 0 }
        let machine = unsafe context.assumingMemoryBound(to: ucontext_t.self).pointee.uc_mcontext
        #if arch(x86_64)
            return unsafe UInt(bitPattern: Int(machine.gregs.16))
        #elseif arch(arm64)
            return unsafe UInt(machine.pc)
        #else
            return 0
        #endif
    }

    /// Looks in the process's memory map: whether the address lies in a data.mdb or lock.mdb, whose path is in `found`
    /// then, and whether the code is LMDB's.
    private static func search(_ address: UInt, _ code: UInt) -> (isFile: Bool, isLMDB: Bool) {
        guard let chunk = unsafe chunk, let line = unsafe line else { return (false, false) }
        let maps = unsafe open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
        defer { close(maps) }
        var place = (isFile: false, isLMDB: false)
        var length = 0
        while true {
            let count = unsafe read(maps, chunk, chunkBytes)
            if count <= 0 { return place }
            for at in 0..<count {
                let byte = unsafe chunk[at]
                if byte == 10 {
                    unsafe line[length] = 0
                    judge(address, code, &place)
                    length = 0
                } else if length < lineBytes - 1 {
                    unsafe line[length] = byte
                    length += 1
                }
            }
        }
    }

    /// One line: `7f00-7f10 r--s 0 08:01 123   /path`.
    private static func judge(_ address: UInt, _ code: UInt, _ place: inout (isFile: Bool, isLMDB: Bool)) {
        guard let line = unsafe line, let found = unsafe found else { return }
        var rest: Text?
        let start = unsafe strtoul(line, &rest, 16)
        guard let dash = unsafe rest, unsafe dash[0] == 45 else { return }
        let end = unsafe strtoul(dash + 1, nil, 16)
        guard let path = unsafe strchr(line, 47) else { return }
        if start <= code, code < end, unsafe strstr(path, "liblmdb") != nil { place.isLMDB = true }
        guard start <= address, address < end,
            unsafe strstr(path, "/data.mdb") != nil || strstr(path, "/lock.mdb") != nil
        else { return }
        place.isFile = true
        unsafe strcpy(found, path)
    }

    static func end(path: UnsafePointer<CChar>?, isFolder: Bool) -> Never {
        unsafe say(program)
        unsafe say(": reading ")
        unsafe say(path)
        if isFolder { unsafe say("/data.mdb") }
        let isLock = unsafe path.map { unsafe strstr($0, "/lock.mdb") != nil } ?? false
        unsafe say(
            isLock
                ? ": it is cut short, or the disk is full; free some space and try again\n" : ": the file is damaged; ")
        if !isLock {
            for index in unsafe 0..<remedyCount {
                guard let path = unsafe path, let remedies = unsafe remedies, let part = unsafe remedies[index * 2]
                else {
                    continue
                }
                if unsafe part[0] == 0 || strstr(path, part) != nil {
                    unsafe say(remedies[index * 2 + 1])
                    break
                }
            }
            unsafe say("\n")
        }
        _exit(1)
    }

    private static func say(_ text: UnsafePointer<CChar>?) {
        guard let text = unsafe text else { return }
        _ = unsafe write(STDERR_FILENO, text, strlen(text))
    }
}
