/// One of the things that `alidade store check` looks at.
package struct StoreCheck {
    /// One word, for tools.
    package var name: String
    /// What holds where nothing is found, for people.
    package var claim: String
    /// What is wrong, a sentence each; empty where the claim holds. Takes its time.
    package var findings: () throws(StoreError) -> [String]

    package init(name: String, claim: String, findings: @escaping () throws(StoreError) -> [String]) {
        self.name = name
        self.claim = claim
        self.findings = findings
    }
}
