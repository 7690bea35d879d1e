/// Versions from elsewhere, made to fit `MAJOR.MINOR.PATCH`.
package enum FittingVersion {
    /// The numbers that the text begins with, after a `v`: `2.0` is 2.0.0, `1.2.3-beta+x` is 1.2.3. 1.0.0 where there are none.
    package static func of(_ text: String) -> String {
        var rest = text.drop { $0.isWhitespace }
        if rest.first == "v" || rest.first == "V" { rest = rest.dropFirst() }
        var numbers: [Int] = []
        for part in rest.split(separator: ".", omittingEmptySubsequences: false).prefix(3) {
            let digits = part.prefix { $0.isASCII && $0.isNumber }
            // Three numbers and two points are 20 characters at most.
            guard let number = Int(digits), number < 1_000_000 else { break }
            numbers.append(number)
            if digits.count < part.count { break }
        }
        if numbers.isEmpty { return SemanticVersion.first }
        numbers += Array(repeating: 0, count: 3 - numbers.count)
        return numbers.map { String($0) }.joined(separator: ".")
    }
}
