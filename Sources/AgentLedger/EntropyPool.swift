import Glibc

/// Random numbers of the operating system, fetched 32 at a time: one call to the kernel for each would cost more than
/// the id that it is for.
struct EntropyPool: RandomNumberGenerator {
    private var words: [UInt64] = []

    mutating func next() -> UInt64 {
        if let word = self.words.popLast() { return word }
        var words = [UInt64](repeating: 0, count: 32)
        let status = words.withUnsafeMutableBytes { getentropy($0.baseAddress, $0.count) }
        precondition(status == 0, "getentropy gives 256 bytes on every kernel since 3.17")
        self.words = words
        return self.words.removeLast()
    }
}
