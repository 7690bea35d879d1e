/// The tags of the ids in a payload, each once.
@usableFromInline package struct TagCollector: FieldVisitor {
    @usableFromInline package var tags: [EventTag] = []
    /// The numbers of fields that give no tag.
    @usableFromInline let mentions: [Int]

    package init(mentions: [Int]) { self.mentions = mentions }

    @inlinable
    package mutating func field<Value: FieldValue>(_ number: Int, _: StaticString, _ value: inout Value) {
        if !self.mentions.isEmpty, self.mentions.contains(number) { return }
        let known = self.tags.count
        value.collectTags(&self.tags)
        if self.tags.count > known { self.dropRepeated(from: known) }
    }

    package mutating func add(_ tag: EventTag) {
        self.tags.append(tag)
        self.dropRepeated(from: self.tags.count - 1)
    }

    @usableFromInline
    mutating func dropRepeated(from first: Int) {
        var index = first
        while index < self.tags.count {
            if self.tags[..<index].contains(self.tags[index]) {
                self.tags.remove(at: index)
            } else {
                index += 1
            }
        }
    }
}
