import Staff
import Testing

@Suite struct StaffRoleTests {
    @Test func rolesHaveTheNamesOfTheContract() {
        #expect(StaffRole.allCases.map(\.rawValue) == ["analyst", "operator", "auditor"])
    }
}
