extension String {
    /// A noun after "a" or "an", by its first sound: "an agent", "a user", "an unbilled_usage", "an API key".
    package var withArticle: String { (self.beginsWithVowelSound ? "an " : "a ") + self }

    private var beginsWithVowelSound: Bool {
        let word = self.prefix { $0.isLetter }
        guard let first = word.first else { return false }
        // An abbreviation is spelled: an API key, an SQL query, a UUID.
        if word.count > 1, word.allSatisfy(\.isUppercase) { return "AEFHILMNORSX".contains(first) }
        let letters = Array(word.lowercased().prefix(3))
        switch letters[0] {
        case "a", "i", "o": return true
        case "e": return !letters.dropFirst().starts(with: ["u"])
        // A single consonant makes it long: a user, a unit, but an update.
        case "u": return letters.count < 3 || !"aeiou".contains(letters[2])
        default: return false
        }
    }
}
