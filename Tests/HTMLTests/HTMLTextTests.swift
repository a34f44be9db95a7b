import HTML
import Testing

@Suite struct HTMLTextTests {
    @Test func escapesTextsAndValues() {
        var html = HTMLText()
        html.element(
            "a", [.href("/?a=1&b=\"'<>"), .flag("hidden"), .flag("checked", false), .class(nil)], "<b>&\"'\u{0}\u{202E}"
        )
        #expect(
            html.text
                == "<a href=\"/?a=1&amp;b=&quot;&#39;&lt;&gt;\" hidden>&lt;b&gt;&amp;&quot;&#39;\\u{0}\\u{202E}</a>")
    }
}
