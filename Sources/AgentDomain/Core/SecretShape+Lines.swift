/// Secrets in command lines, and keys that are told by their prefix alone.
extension SecretShape {
    /// A key behind a prefix that nothing else begins with. `place` is the last character of the prefix.
    static func sureKey(in bytes: UnsafeRawBufferPointer, at place: Int, from floor: Int) -> Range<Int>? {
        guard place - floor >= 2 else { return nil }
        let (last, before) = (bytes[place - 1] &- UInt8(ascii: "a"), bytes[place - 2] &- UInt8(ascii: "a"))
        guard last < 26, before < 26, self.sureEndings[Int(last)] >> UInt32(before) & 1 != 0 else { return nil }
        for prefix in self.sure {
            let start = place + 1 - prefix.bytes.count
            guard start >= floor, bytes[start...place].elementsEqual(prefix.bytes) else { continue }
            // A word that ends like a prefix is none, save behind an escape such as `\n`.
            let isInside = start > 0 && self.isWord(bytes[start - 1])
            if isInside, !(start > 1 && bytes[start - 2] == UInt8(ascii: "\\")) { continue }
            var end = place + 1
            while end < bytes.count, self.isAlphanumeric(bytes[end]) { end += 1 }
            if end - place - 1 >= prefix.rest { return start..<end }
        }
        return nil
    }

    /// What follows `password is`, `API key is` and the like in a sentence, and looks random. `place` is its first digit.
    static func statedValue(in bytes: UnsafeRawBufferPointer, around place: Int, from floor: Int) -> Range<Int>? {
        var start = place
        while start > floor, place - start < 64, self.isArgument(bytes[start - 1]) { start -= 1 }
        guard let verb = ["is ", "was "].first(where: { self.ends(bytes, floor, start, with: $0) }) else { return nil }
        var nameEnd = start - verb.utf8.count
        while nameEnd > floor, bytes[nameEnd - 1] == 0x20 { nameEnd -= 1 }
        let name = bytes[max(floor, nameEnd - 24)..<nameEnd]
        let lastLine = name.lastIndex(where: { $0 < 0x20 || $0 == UInt8(ascii: ".") }).map { name[($0 + 1)...] } ?? name
        // In a sentence, "the secret is …" mostly is about something else.
        guard !zip(lastLine.suffix(6), "secret".utf8).allSatisfy({ $0 | 0x20 == $1 }),
            SecretName.certainty(of: UnsafeRawBufferPointer(rebasing: lastLine)) == .certain
        else { return nil }
        var end = place
        while end < bytes.count, self.isArgument(bytes[end]) { end += 1 }
        while end > place, !self.isAlphanumeric(bytes[end - 1]), bytes[end - 1] != UInt8(ascii: "!") { end -= 1 }
        let value = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        // `10-minute` and `gpt-4-based` are words.
        guard SecretName.looksRandom(value), !value.contains(UInt8(ascii: "-")), !SecretName.isStandIn(value),
            !value.contains(UInt8(ascii: "(")), !value.contains(UInt8(ascii: ":"))
        else { return nil }
        return start..<end
    }

    private static func ends(
        _ bytes: UnsafeRawBufferPointer, _ floor: Int, _ end: Int, with word: String
    ) -> Bool {
        let start = end - word.utf8.count
        guard start > floor, bytes[start - 1] == 0x20 else { return false }
        return zip(bytes[start..<end], word.utf8).allSatisfy { $0 | 0x20 == $1 }
    }

    /// The password of `-u user:password` and `--user user:password`. `place` is the colon.
    static func loginPassword(in bytes: UnsafeRawBufferPointer, at place: Int, from floor: Int) -> Range<Int>? {
        var start = place
        while start > floor, place - start < 64, self.isKey(bytes[start - 1]) { start -= 1 }
        guard start < place else { return nil }
        let isAttached = bytes[start] == UInt8(ascii: "-") && place - start > 2 && bytes[start + 1] == UInt8(ascii: "u")
        if start > floor, bytes[start - 1] == UInt8(ascii: "'") || bytes[start - 1] == UInt8(ascii: "\"") { start -= 1 }
        let options: [StaticString] = ["-u ", "--user ", "--user=", "--proxy-user "]
        let isOption = options.contains { option in
            let count = option.utf8CodeUnitCount
            return start - count >= floor && self.isText(option, bytes, at: start - count)
        }
        guard isOption || isAttached && start > floor && bytes[start - 1] == 0x20 else { return nil }
        return self.argument(in: bytes, from: place + 1)
    }

    /// The password of `mysql -ppassword`. `place` is the dash.
    static func databasePassword(in bytes: UnsafeRawBufferPointer, at place: Int, from floor: Int) -> Range<Int>? {
        guard place > floor, bytes[place - 1] == 0x20, place + 2 < bytes.count, bytes[place + 1] == UInt8(ascii: "p")
        else { return nil }
        let before = String(decoding: bytes[max(floor, place - 80)..<place], as: UTF8.self)
        let commands = ["mysql ", "mysqldump ", "mysqladmin ", "mariadb "]
        guard commands.contains(where: before.contains), !before.contains("docker") else { return nil }
        return self.argument(in: bytes, from: place + 2)
    }

    /// A password as an argument: four or more characters, no number, and no address.
    private static func argument(in bytes: UnsafeRawBufferPointer, from start: Int) -> Range<Int>? {
        var end = start
        while end < bytes.count, self.isArgument(bytes[end]) { end += 1 }
        let value = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        guard value.count >= 4, value[0] != UInt8(ascii: "/"), !value.allSatisfy(self.isDigit),
            !SecretName.isStandIn(value)
        else { return nil }
        return start..<end
    }

    private static func isArgument(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "`"), UInt8(ascii: ";"),
            UInt8(ascii: "|"), UInt8(ascii: ")"), UInt8(ascii: ","):
            false
        case _: true
        }
    }

    private static func isText(_ text: StaticString, _ bytes: UnsafeRawBufferPointer, at place: Int) -> Bool {
        (0..<text.utf8CodeUnitCount).allSatisfy { bytes[place + $0] == text.utf8Start[$0] }
    }

    /// A name with its percent-encoded characters (RFC 3986) as themselves.
    static func withoutPercents(_ name: UnsafeRawBufferPointer) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = 0
        while index < name.count {
            if name[index] == UInt8(ascii: "%"), index + 2 < name.count,
                let byte = UInt8(String(decoding: name[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                bytes.append(byte)
                index += 3
            } else {
                bytes.append(name[index])
                index += 1
            }
        }
        return bytes
    }
}
