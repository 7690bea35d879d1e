import LedgerLog
import Testing

@Suite struct MerkleTests {
    /// The inputs and roots of the test vectors that certificate-transparency implementations share.
    static let inputs: [[UInt8]] = [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
        [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ]
    static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    func leaf(_ input: [UInt8]) -> MerkleHash { input.withUnsafeBytes { MerkleTree.leaf($0) } }

    func hexadecimal(_ hash: MerkleHash) -> String {
        hash.bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    @Test("the roots are those of RFC 6962's reference vectors")
    func vectors() {
        var frontier = MerkleFrontier()
        #expect(self.hexadecimal(frontier.root) == Self.roots[0])
        for (index, input) in Self.inputs.enumerated() {
            frontier.append(self.leaf(input))
            #expect(self.hexadecimal(frontier.root) == Self.roots[index + 1])
        }
    }

    @Test("the frontier's root is the recursive definition's, at every size")
    func recursive() {
        let leaves = (0..<70).map { self.leaf([UInt8($0)]) }
        func root(_ leaves: ArraySlice<MerkleHash>) -> MerkleHash {
            if leaves.count == 1 { return leaves[leaves.startIndex] }
            var split = 1
            while split * 2 < leaves.count { split *= 2 }
            return MerkleTree.node(root(leaves.prefix(split)), root(leaves.dropFirst(split)))
        }
        var frontier = MerkleFrontier()
        for size in 1...leaves.count {
            frontier.append(leaves[size - 1])
            #expect(frontier.root == root(leaves[..<size]))
        }
    }

    @Test("leaves that were hashed together beforehand make the tree that they make one by one")
    func ranges() {
        let leaves = (0..<70).map { self.leaf([UInt8($0)]) }
        var frontier = MerkleFrontier()
        for start in 0..<leaves.count {
            var range = MerkleRange(start: UInt64(start))
            var whole = frontier
            for end in start..<leaves.count {
                range.append(leaves[end])
                whole.append(leaves[end])
                var joined = frontier
                joined.append(range)
                #expect(joined == whole, "leaves \(start) to \(end)")
            }
            frontier.append(leaves[start])
        }
    }

    @Test("a frontier comes back from its bytes, and from no others")
    func coding() {
        var frontier = MerkleFrontier()
        for number in 0..<13 {
            var bytes: [UInt8] = []
            frontier.encode(into: &bytes)
            #expect(bytes.count == frontier.encodedByteCount)
            #expect(bytes.withUnsafeBytes { MerkleFrontier(decoding: $0) } == frontier)
            #expect((bytes + [0]).withUnsafeBytes { MerkleFrontier(decoding: $0) } == nil)
            bytes[0] ^= 1 << 5
            #expect(bytes.withUnsafeBytes { MerkleFrontier(decoding: $0) } == nil)
            frontier.append(self.leaf([UInt8(number)]))
        }
    }

    @Test("a leaf is the same whether its prefix is hashed apart or stands before the record")
    func prefixed() {
        let bytes: [UInt8] = [0, 1, 2, 3]
        #expect(bytes.withUnsafeBytes { MerkleTree.leaf(prefixed: $0) } == self.leaf([1, 2, 3]))
    }
}
