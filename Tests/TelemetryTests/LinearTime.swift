import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs `work` with an eighth of `count` and with all of it. The whole may take up to 24 times as long; work that
/// compares each thing with each would take 64 times as long. Only this thread's processor time counts, so that other
/// tests do not matter.
func expectLinear(to count: Int, _ work: (Int) throws -> Void) throws {
    let eighth = try processorSeconds { try work(count / 8) }
    let whole = try processorSeconds { try work(count) }
    #expect(whole < 24 * eighth + 0.05, "\(whole) s for \(count), \(eighth) s for an eighth of it")
}

private func processorSeconds(_ work: () throws -> Void) throws -> Double {
    let start = threadTime()
    try work()
    return threadTime() - start
}

private func threadTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
