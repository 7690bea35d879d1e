import Testing

@Suite("The scanner that the rules read with")
struct SwiftCodeTests {
    @Test(
        "blanks comments and strings, keeps code, lines and columns",
        arguments: [
            ("a // try!\nb", "a        \nb"),
            ("a /* x /* y */\n z */ b", "a             \n      b"),
            (#"f("try!", x)"#, #"f(      , x)"#),
            (#"f("\"", x)"#, #"f(    , x)"#),
            (#"f("a\(try! g("b"))c", x)"#, #"f(   (try! g(   ))  , x)"#),
            (##"f(#"\(a)" \#(b)"#, x)"##, ##"f(          (b)  , x)"##),
            ("\"\"\"\n try! \"q\"\n\"\"\" + a", "   \n         \n    + a"),
            ("\"open\nb", "     \nb"),
        ])
    func blanked(source: String, expected: String) {
        #expect(SwiftCode.blanked(source) == expected)
    }
}
