import LedgerEvents
import LedgerLog

// One check per database.
extension LogVerifier {
    mutating func checkEvent(_ item: TreeWalk.Item, _ report: inout VerificationReport) {
        let number = Array(item.key).load(0, as: UInt64.self)
        let position = Position(number)
        guard number >= self.first.value, number <= self.maximumHead else {
            report.add(item.place, "there is a position \(number)", position: Position(self.head + 1))
            return
        }
        if number != self.head + 1 {
            report.add(
                item.place, "the records from \(self.head + 1) to \(number &- 1) are missing",
                position: Position(self.head + 1))
        }
        self.head = number
        item.value.withUnsafeBytes { value in
            guard let bytes = Checksum.checked(value) else {
                report.add(item.place, "the record's checksum does not match", position: position)
                return
            }
            do {
                let event = try StoredEvent(bytes)
                if event.position != position {
                    report.add(item.place, "the record is that of position \(event.position)", position: position)
                }
                if event.recordedAt < self.recordedAt {
                    report.add(item.place, "it was recorded before the one ahead of it", position: position)
                }
                self.recordedAt = max(event.recordedAt, self.recordedAt)
                let leaf = MerkleTree.leaf(bytes)
                self.frontier?.append(leaf)
                leaf.withUnsafeBytes { self.recordLeaves.add($0, number, through: number) }
                self.recordTypes.add(event.typeBytes, number, through: number)
                try event.forEachTagKey { self.recordTags.add($0, number, through: number) }
            } catch {
                report.add(item.place, "the record is malformed: \(error)", position: position)
            }
        }
    }

    mutating func checkTags(_ item: TreeWalk.Item, _ report: inout VerificationReport) {
        self.add(item.key, item.positions, item.place, \.indexTags, &report)
        item.key.withUnsafeBytes { self.closedHeld.add($0, UInt64(item.positions.count), through: 0) }
    }

    mutating func checkTail(_ item: TreeWalk.Item, _ report: inout VerificationReport) {
        var tail = IndexTail()
        guard item.value.withUnsafeBytes({ tail.decode($0) }), tail.count > 0,
            tail.positions.count <= IndexTail.maximumPositions
        else {
            report.add(item.place, "a row is malformed")
            return
        }
        if item.key.first == IndexKind.typePrefix {
            let name = item.key.dropFirst()
            self.add(name, Array(tail.positions), item.place, \.indexTypes, &report)
            if tail.closed > 0 { self.closedOfTypes[name] = tail.closed }
            return
        }
        self.add(item.key, Array(tail.positions), item.place, \.indexTags, &report)
        if tail.closed > 0 { item.key.withUnsafeBytes { self.closedSaid.add($0, tail.closed, through: 0) } }
    }

    mutating func checkTypes(_ item: TreeWalk.Item, _ report: inout VerificationReport) {
        self.add(item.key, item.positions, item.place, \.indexTypes, &report)
        if let said = self.closedOfTypes.removeValue(forKey: item.key), said != UInt64(item.positions.count) {
            report.add(item.place, "the type's tail speaks of \(said) positions, there are \(item.positions.count)")
        }
    }

    private mutating func add(
        _ key: ArraySlice<UInt8>, _ positions: [UInt64], _ place: String,
        _ index: WritableKeyPath<LogVerifier, IndexFingerprint>, _ report: inout VerificationReport
    ) {
        for position in positions {
            if position < self.first.value || position > self.head {
                report.add(place, "the index speaks of position \(position), which the segment does not have")
            } else {
                key.withUnsafeBytes { self[keyPath: index].add($0, position, through: self.head) }
            }
        }
    }

    mutating func checkLeaves(_ item: TreeWalk.Item, _ report: inout VerificationReport) {
        let number = Array(item.key).load(0, as: UInt64.self)
        // Behind the position before the first one of the value.
        let start = (self.first.value - 1) &+ number &* DiskLayout.leavesPerValue
        let count = item.value.count / MerkleHash.byteCount
        let expected = min(DiskLayout.leavesPerValue, self.head >= start ? self.head - start : 0)
        guard number <= self.head, item.value.count == Int(expected) * MerkleHash.byteCount, count > 0 else {
            report.add(item.place, "there are \(count) leaf hashes, not \(expected)", position: Position(start &+ 1))
            return
        }
        item.value.withUnsafeBytes { value in
            for index in 0..<count {
                let leaf = UnsafeRawBufferPointer(
                    rebasing: value[index * MerkleHash.byteCount..<(index + 1) * MerkleHash.byteCount])
                self.indexLeaves.add(leaf, start + UInt64(index) + 1, through: self.head)
            }
        }
    }

    mutating func checkIdempotency(_ item: TreeWalk.Item, _ report: inout VerificationReport) {
        let row = item.value.withUnsafeBytes { IdempotencyRow(decoding: $0, key: Array(item.key)) }
        let key = String(decoding: item.key, as: UTF8.self)
        guard let row else {
            report.add(item.place, "the row of idempotency key \"\(key)\" does not match its checksum")
            return
        }
        guard row.receipt.first >= self.first, row.receipt.first <= row.receipt.last,
            row.receipt.last.value <= self.head
        else {
            report.add(
                item.place, "idempotency key \"\(key)\" speaks of positions the segment does not have",
                position: row.receipt.first)
            return
        }
    }

    mutating func checkMeta(_ item: TreeWalk.Item, _ report: inout VerificationReport) {
        switch Array(item.key) {
        case DiskLayout.stateKey: self.checkState(item, &report)
        case DiskLayout.previousKey: self.checkPrevious(item, &report)
        default: report.add(item.place, "there is a row that does not belong there")
        }
    }

    private mutating func checkState(_ item: TreeWalk.Item, _ report: inout VerificationReport) {
        guard let state = item.value.withUnsafeBytes({ LogState(decoding: $0) }) else {
            report.add(item.place, "the state's checksum does not match")
            return
        }
        self.state = state
        if state.head.value != self.head {
            report.add(
                item.place, "the segment ends at \(self.head), its state says \(state.head)",
                position: Position(self.head))
        } else if let frontier, state.frontier != frontier {
            report.add(item.place, "the Merkle tree over the records has another root than the one kept")
        }
        let isKnown = self.frontier != nil || self.head >= self.first.value
        if isKnown, state.recordedAt != self.recordedAt {
            report.add(item.place, "the last recording time differs from the one kept")
        }
    }

    private mutating func checkPrevious(_ item: TreeWalk.Item, _ report: inout VerificationReport) {
        self.hasPrevious = true
        guard let previous = item.value.withUnsafeBytes({ PreviousSegment(decoding: $0) }) else {
            report.add(item.place, "the checksum of what it says of the segment before does not match")
            return
        }
        switch self.start {
        case .known(_, let expected) where previous != expected:
            report.add(
                item.place,
                "what it says of the segment before (\(previous.first) to \(previous.last), and a root) is not what "
                    + "stands there", position: self.first)
        case .unknown where previous.last.next != self.first:
            report.add(
                item.place, "it follows a segment that ends at \(previous.last), by what it says itself",
                position: self.first)
        case .known, .unknown: break
        }
    }
}
