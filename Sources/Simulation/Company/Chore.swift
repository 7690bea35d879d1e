/// What somebody changes now and then. The company draws them like cards, so that in a while everything happens.
enum Chore: CaseIterable {
    case rename, changeSlug, changeProfile, changeSettings, changeTier, changeBilling, changePaymentMethod, setQuota
    case exchangeKey, suspend
    case hire, letGo, promote, permit, changeEmail, changePerson, secure, changePlatformAccess, lock
    case makeAgent, configureAgent, renameAgent, shareAgent, restartAgent, reconnectAgent, retireAgent
    case makeWorkflow, reviseWorkflow, renameWorkflow, pauseWorkflow, retireWorkflow
    case correctUsage
    case offerAgent, defineType
    case audit
    case watchAgent
    case connectWebhook
    case drawNode
    case tryIntegration
    case converse, assignTasks, runProject, collectDocuments

    /// Plans it; false where it does not fit this organization today.
    func plan(in day: inout Workday, sharingWith neighbours: [SimulatedOrganization]) -> Bool {
        switch self {
        case .rename: day.rename()
        case .changeSlug: day.changeSlug()
        case .changeProfile: day.changeProfile()
        case .changeSettings: day.changeSettings()
        case .changeTier: day.changeTier()
        case .changeBilling: day.changeBilling()
        case .changePaymentMethod: day.changePaymentMethod()
        case .setQuota: day.setQuota()
        case .exchangeKey: day.exchangeKey()
        case .suspend: day.suspend()
        case .hire: day.hire()
        case .letGo: day.letGo()
        case .promote: day.promote()
        case .permit: day.permit()
        case .changeEmail: day.changeEmail()
        case .changePerson: day.changePerson()
        case .secure: day.secure()
        case .changePlatformAccess: day.changePlatformAccess()
        case .lock: day.lock()
        case .makeAgent: day.makeAgent()
        case .configureAgent: day.configureAgent()
        case .renameAgent: day.renameAgent()
        case .shareAgent: day.shareAgent(with: neighbours)
        case .restartAgent: day.restartAgent()
        case .reconnectAgent: day.reconnectAgent()
        case .retireAgent: day.retireAgent()
        case .makeWorkflow: day.makeWorkflow()
        case .reviseWorkflow: day.reviseWorkflow()
        case .renameWorkflow: day.renameWorkflow()
        case .pauseWorkflow: day.pauseWorkflow()
        case .retireWorkflow: day.retireWorkflow()
        case .correctUsage: day.correctUsage()
        case .offerAgent: day.offerAgent()
        case .defineType: day.defineType()
        case .audit: day.audit()
        case .watchAgent: day.watchAgent()
        case .connectWebhook: day.connectWebhook()
        case .drawNode: day.drawNode()
        case .tryIntegration: day.tryIntegration()
        case .converse: day.converse()
        case .assignTasks: day.assignTasks()
        case .runProject: day.runProject()
        case .collectDocuments: day.collectDocuments()
        }
    }
}
