import LedgerDomain

/// What the state of an organization allows, as a page of documentation.
package enum OrganizationStatePage {
    package static var text: String {
        var text = """
            # What the state of an organization allows

            Each command does one of these things, and the state of its organization decides whether it is allowed. The same
            holds for people, keys, policies and `system:` actors. What a `system:` actor reports in an import has happened
            already: only a deleted organization refuses it, save what gives back resources and credits. What people and
            keys ask for in an imported file is judged as anywhere else.

            An agent that is shared with other organizations takes new work there only while its own organization is
            active, or its own user is. A deactivated user is named in nothing new: not on whose behalf a command is given,
            not as a member, owner, assignee or participant.

            Written by `make regenerate`.

            | activity | \(Self.row(OrganizationCondition.allCases.map(\.rawValue))) | commands |
            |---|\(OrganizationCondition.allCases.map { _ in "---|" }.joined())---|

            """
        for activity in Activity.allCases {
            let allowed = OrganizationCondition.allCases.map { $0.allows(activity) ? "yes" : "-" }
            text +=
                "| \(activity.rawValue): \(activity.summary) | \(self.row(allowed)) | \(self.commands(activity)) |\n"
        }
        text += """

            ## Policies

            A policy gives commands like anyone, and is refused like anyone.

            | policy | gives | \(Self.row(OrganizationCondition.allCases.map(\.rawValue))) |
            |---|---|\(OrganizationCondition.allCases.map { _ in "---|" }.joined())

            """
        for policy in PolicyCatalog.policies {
            for name in policy.gives {
                let allowed = OrganizationCondition.allCases.map { $0.allows(Activity.of(name)) ? "yes" : "-" }
                text += "| \(policy.name) | \(name) | \(self.row(allowed)) |\n"
            }
        }
        return text
    }

    private static func row(_ cells: [String]) -> String { cells.joined(separator: " | ") }

    private static func commands(_ activity: Activity) -> String {
        if activity == .work { return "all others" }
        return DomainCommand.cases.map(\.name).filter { Activity.of($0) == activity }.joined(separator: ", ")
    }
}
