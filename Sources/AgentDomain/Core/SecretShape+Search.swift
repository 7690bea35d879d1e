/// One pass over a text. Keys have digits, other secrets a colon, an equals sign, dashes or underscores, so only those bytes
/// are looked at, eight bytes at a time.
extension SecretShape {
    /// The place of the next secret at or after `start`: what must be masked, without the name or scheme before it.
    /// The text may be the inside of a JSON string, or hold JSON in which quotes are escaped.
    package static func next(in bytes: UnsafeRawBufferPointer, from start: Int) -> Range<Int>? {
        guard bytes.count - start >= self.shortest else { return nil }
        var index = start
        // The end of the last token that was looked at.
        var tokenEnd = start
        while let place = self.telling(in: bytes, from: index) {
            index = place + 1
            switch bytes[place] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let run = self.run(around: place, in: bytes, from: start, of: self.isKey)
                index = run.upperBound
                if run.count >= 16, let key = self.key(in: bytes, run) { return key }
                if place >= tokenEnd {
                    let token = self.run(around: place, in: bytes, from: tokenEnd, of: self.isToken)
                    if self.followsScheme(bytes, token) { return token }
                    if let value = self.statedValue(in: bytes, around: place, from: start) { return value }
                    tokenEnd = token.upperBound
                }
            case UInt8(ascii: ":"):
                if let secret = self.secretInAddress(bytes, at: place) { return secret }
                if let value = self.namedValue(in: bytes, at: place, from: start) { return value }
                if let value = self.assignedValue(in: bytes, at: place, from: start) { return value }
                if let token = self.botToken(in: bytes, at: place, from: start) { return token }
                if let value = self.loginPassword(in: bytes, at: place, from: start) { return value }
            case UInt8(ascii: "="):
                if let value = self.parameter(in: bytes, at: place, from: start) { return value }
                if let value = self.assignedValue(in: bytes, at: place, from: start) { return value }
            case UInt8(ascii: "-"):
                if let key = self.privateKey(in: bytes, at: place) { return key }
                if let key = self.sureKey(in: bytes, at: place, from: start) { return key }
                if let value = self.databasePassword(in: bytes, at: place, from: start) { return value }
            case UInt8(ascii: "_"):
                if let key = self.sureKey(in: bytes, at: place, from: start) { return key }
            case _: break
            }
        }
        return nil
    }

    /// The next digit, dash, underscore, or one of `:;<=`.
    @inline(__always)
    private static func telling(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high = ones &* 0x80
        var index = start
        while index &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let low = word & ~high
            // 0x30...0x3D, and dashes.
            let inRange = (low &+ ones &* 0x50) & ~(low &+ ones &* 0x42)
            let dashes = low ^ ones &* 0x2D
            let isDash = ~(dashes &+ ones &* 0x7F)
            let underscores = low ^ ones &* 0x5F
            let isUnderscore = ~(underscores &+ ones &* 0x7F)
            let found = (inRange | isDash | isUnderscore) & ~word & high
            if found != 0 { return index &+ found.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte &- 0x30 < 14 || byte == 0x2D || byte == 0x5F { return index }
            index &+= 1
        }
        return nil
    }

    @inline(__always)
    private static func run(
        around place: Int, in bytes: UnsafeRawBufferPointer, from floor: Int, of isMember: (UInt8) -> Bool
    ) -> Range<Int> {
        var lower = place
        while lower > floor, isMember(bytes[lower - 1]) { lower -= 1 }
        var upper = place + 1
        while upper < bytes.count, isMember(bytes[upper]) { upper += 1 }
        return lower..<upper
    }

    /// A key with a prefix at the start of a word. The first letter of a run may belong to an escape before it: `\nsk-…`.
    private static func key(in bytes: UnsafeRawBufferPointer, _ run: Range<Int>) -> Range<Int>? {
        var end = run.upperBound
        while end > run.lowerBound, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
        guard let lastDigit = run.last(where: { self.isDigit(bytes[$0]) }) else { return nil }
        for start in run.lowerBound..<end {
            let isStart =
                start == run.lowerBound || bytes[start - 1] == UInt8(ascii: ".")
                || self.endsEscape(bytes, start, of: run.lowerBound)
            if isStart, let key = self.key(in: bytes, from: start, to: end, lastDigit: lastDigit) { return key }
        }
        return nil
    }

    /// Whether an escape such as `\n` or `\u0026` begins before the run and ends before `place`.
    private static func endsEscape(_ bytes: UnsafeRawBufferPointer, _ place: Int, of run: Int) -> Bool {
        guard run > 0, bytes[run - 1] == UInt8(ascii: "\\") else { return false }
        return place == run + 1 || place == run + 5 && bytes[run] == UInt8(ascii: "u")
    }

    /// Whether it follows `Bearer` or `Basic` and has 16 characters or more.
    private static func followsScheme(_ bytes: UnsafeRawBufferPointer, _ token: Range<Int>) -> Bool {
        guard token.count >= 16, token.lowerBound >= 6, bytes[token.lowerBound - 1] == 0x20 else { return false }
        return ["bearer ", "basic "].contains { scheme in
            let start = token.lowerBound - scheme.utf8.count
            return start >= 0 && zip(bytes[start..<token.lowerBound], scheme.utf8).allSatisfy { $0 | 0x20 == $1 }
        }
    }

    /// Webhooks whose path is their secret.
    private static let webhooks: [StaticString] = ["hooks.slack.com/services/", "discord.com/api/webhooks/"]

    /// The password of `scheme://user:password@host`, or the path of a webhook that needs no other secret. `place` is the
    /// first colon.
    private static func secretInAddress(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Range<Int>? {
        guard place + 2 < bytes.count, bytes[place + 1] == UInt8(ascii: "/"), bytes[place + 2] == UInt8(ascii: "/")
        else { return nil }
        for webhook in self.webhooks where self.holds(bytes, webhook, at: place + 3) {
            let start = place + 3 + webhook.utf8CodeUnitCount
            var end = start
            while end < bytes.count, self.isToken(bytes[end]) { end += 1 }
            return end - start >= 16 ? start..<end : nil
        }
        return self.password(in: bytes, at: place)
    }

    /// The password of `scheme://user:password@host`, unless it is a placeholder. `place` is the first colon.
    private static func password(in bytes: UnsafeRawBufferPointer, at place: Int) -> Range<Int>? {
        var colon: Int?
        var at: Int?
        var index = place + 3
        scan: while index < bytes.count {
            switch bytes[index] {
            case 0...0x20, UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\""),
                UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "`"):
                break scan
            case UInt8(ascii: ":"): if colon == nil { colon = index }
            case UInt8(ascii: "@"): at = index
            case _: break
            }
            index += 1
        }
        guard let colon, let at, colon < at - 1 else { return nil }
        let password = UnsafeRawBufferPointer(rebasing: bytes[colon + 1..<at])
        let isPlaceholder =
            SecretName.isStandIn(password) || self.isPlaceholder(String(decoding: password, as: UTF8.self))
        return isPlaceholder ? nil : colon + 1..<at
    }

    /// The string after `"api_key":` and other names of secrets in JSON or Python. `place` is the colon.
    private static func namedValue(
        in bytes: UnsafeRawBufferPointer, at place: Int, from floor: Int
    ) -> Range<Int>? {
        guard place > floor, bytes[place - 1] == UInt8(ascii: "\"") || bytes[place - 1] == UInt8(ascii: "'") else {
            return nil
        }
        let quote = bytes[place - 1]
        var keyEnd = place - 1
        while keyEnd > floor, bytes[keyEnd - 1] == UInt8(ascii: "\\") { keyEnd -= 1 }
        let escapes = place - 1 - keyEnd
        guard keyEnd > floor else { return nil }
        let key = self.run(around: keyEnd - 1, in: bytes, from: max(floor, keyEnd - 64), of: self.isKey)
        guard key.upperBound == keyEnd else { return nil }
        var certainty = SecretName.certainty(of: UnsafeRawBufferPointer(rebasing: bytes[key]))
        if certainty == .none {
            certainty = self.certaintyOfPair(in: bytes, key, quote, from: floor)
            if certainty == .none { return nil }
        }
        var start = place + 1
        while start < bytes.count, bytes[start] == 0x20 { start += 1 }
        for _ in 0..<escapes {
            guard start < bytes.count, bytes[start] == UInt8(ascii: "\\") else { return nil }
            start += 1
        }
        guard start < bytes.count, bytes[start] == quote else { return nil }
        start += 1
        let scheme = SecretName.schemeLength(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        start += scheme
        var end = start
        // Sentences describe a secret; it has no spaces itself.
        while end < bytes.count, bytes[end] != quote, bytes[end] != UInt8(ascii: "\\"), bytes[end] > 0x20 { end += 1 }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[end...].prefix(escapes + 1))
        guard end - start >= 4, rest.count == escapes + 1, rest.last == quote,
            rest.dropLast().allSatisfy({ $0 == UInt8(ascii: "\\") }),
            SecretName.isSecret(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), under: certainty)
        else { return nil }
        return start..<end
    }

    /// The value after `password=` or `X-Api-Key: `, bare or in quotes, if it looks random or stands in a connection
    /// string (`;Password=…;`). Code such as `token=read_token()` does not. `place` is the equals sign or colon.
    private static func assignedValue(
        in bytes: UnsafeRawBufferPointer, at place: Int, from floor: Int
    ) -> Range<Int>? {
        let isColon = bytes[place] == UInt8(ascii: ":")
        var nameEnd = place
        while !isColon, nameEnd > floor, place - nameEnd < 8, bytes[nameEnd - 1] == 0x20 { nameEnd -= 1 }
        guard nameEnd > floor, self.isLetter(bytes[nameEnd - 1]) || self.isDigit(bytes[nameEnd - 1]) else { return nil }
        let name = self.run(around: nameEnd - 1, in: bytes, from: max(floor, nameEnd - 64), of: self.isKey)
        guard name.upperBound == nameEnd else { return nil }
        let before = name.lowerBound > 0 ? bytes[name.lowerBound - 1] : 0x20
        // `arn:aws:…:secret:name-1a2b3c` is a reference.
        if isColon, before == UInt8(ascii: ":") || before == UInt8(ascii: "/") { return nil }
        let certainty = SecretName.certainty(of: UnsafeRawBufferPointer(rebasing: bytes[name]))
        if certainty == .none { return nil }
        var start = place + 1
        while start < bytes.count, start - place < 8, bytes[start] == 0x20 { start += 1 }
        if isColon, start == place + 1 { return nil }
        while start < bytes.count, bytes[start] == UInt8(ascii: "\\") { start += 1 }
        if start < bytes.count, bytes[start] == UInt8(ascii: "\"") || bytes[start] == UInt8(ascii: "'") { start += 1 }
        let scheme = SecretName.schemeLength(UnsafeRawBufferPointer(rebasing: bytes[start...].prefix(8)))
        start += scheme
        // What is judged is limited, so that the time stays linear where names follow each other.
        var end = start
        while end < bytes.count, end - start < 512, self.isValue(bytes[end]) { end += 1 }
        let value = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        let isCall = end < bytes.count && (bytes[end] == UInt8(ascii: "(") || bytes[end] == UInt8(ascii: "["))
        if value.count < 4 || isCall || SecretName.isStandIn(value) { return nil }
        let isListed =
            !isColon && certainty == .certain
            && (before == UInt8(ascii: ";") || end < bytes.count && bytes[end] == UInt8(ascii: ";"))
        guard scheme > 0 || isListed || self.looksAssigned(value, certainty) else { return nil }
        while end < bytes.count, self.isValue(bytes[end]) { end += 1 }
        return start..<end
    }

    /// Whether a value that a text assigns to a secret's name is more than a word, a number or a name in code.
    private static func looksAssigned(_ value: UnsafeRawBufferPointer, _ certainty: SecretName.Certainty) -> Bool {
        if certainty < .certain { return SecretName.looksRandom(value) }
        return value.count >= 6 && value.contains(where: self.isDigit) && value.contains(where: self.isLetter)
    }

    /// A character of a value without quotes.
    private static func isValue(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "&"), UInt8(ascii: ";"),
            UInt8(ascii: ","), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "`"):
            false
        case _: true
        }
    }

    /// The rest of a bot's token: 8 to 10 digits, the colon at `place`, and 35 characters that begin with `AA`.
    private static func botToken(
        in bytes: UnsafeRawBufferPointer, at place: Int, from floor: Int
    ) -> Range<Int>? {
        guard place - floor >= 8, self.holds(bytes, "AA", at: place + 1), self.isDigit(bytes[place - 8]) else {
            return nil
        }
        let number = self.run(around: place - 1, in: bytes, from: max(floor, place - 11), of: self.isDigit)
        let token = self.run(around: place + 1, in: bytes, from: place + 1, of: self.isWord)
        guard number.upperBound == place, (8...10).contains(number.count), token.count == 35 else { return nil }
        return token
    }

    /// The value of `?token=…` or `&api_key=…`. `place` is the equals sign.
    private static func parameter(
        in bytes: UnsafeRawBufferPointer, at place: Int, from floor: Int
    ) -> Range<Int>? {
        guard place > floor else { return nil }
        var name = self.run(around: place - 1, in: bytes, from: max(floor, place - 64)) {
            self.isWord($0) || $0 == UInt8(ascii: "%")
        }
        guard name.upperBound == place, name.lowerBound > 0 else { return nil }
        switch bytes[name.lowerBound - 1] {
        case UInt8(ascii: "?"), UInt8(ascii: "&"): break
        // An ampersand as some write it in JSON.
        case UInt8(ascii: "\\"):
            guard bytes[name].starts(with: "u0026".utf8) else { return nil }
            name = name.lowerBound + 5..<name.upperBound
        case _: return nil
        }
        let nameBytes = UnsafeRawBufferPointer(rebasing: bytes[name])
        var end = place + 1
        while end < bytes.count, self.isToken(bytes[end]) || bytes[end] == UInt8(ascii: "%") { end += 1 }
        let value = UnsafeRawBufferPointer(rebasing: bytes[place + 1..<end])
        let isSecret =
            if nameBytes.contains(UInt8(ascii: "%")) {
                self.withoutPercents(nameBytes).withUnsafeBytes { SecretName.isSecretParameter($0, value) }
            } else {
                SecretName.isSecretParameter(nameBytes, value)
            }
        return isSecret ? place + 1..<end : nil
    }

    /// The body of a private key in PEM (RFC 7468), up to its last line or the end. `place` is the first dash.
    private static func privateKey(in bytes: UnsafeRawBufferPointer, at place: Int) -> Range<Int>? {
        guard self.holds(bytes, "-----BEGIN ", at: place) else { return nil }
        let limit = min(bytes.count, place + 64)
        guard var start = (place + 11..<limit).first(where: { self.holds(bytes, "PRIVATE KEY-----", at: $0) }) else {
            return nil
        }
        start += 16
        // Line breaks, also escaped ones.
        while start + 1 < bytes.count, bytes[start] <= 0x20 || bytes[start] == UInt8(ascii: "\\") {
            let isEscape = bytes[start] == UInt8(ascii: "\\") && bytes[start + 1] != UInt8(ascii: "\\")
            start += isEscape ? 2 : 1
        }
        var end = start
        while end < bytes.count, !self.holds(bytes, "-----END", at: end) { end += 1 }
        // What marks the rest as a key is gone where there is nothing in it.
        return end > start ? start..<end : nil
    }

    private static func holds(_ bytes: UnsafeRawBufferPointer, _ text: StaticString, at place: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard place >= 0, place + count <= bytes.count else { return false }
        for index in 0..<count where bytes[place + index] != text.utf8Start[index] { return false }
        return true
    }
}
