print("agentledger")
