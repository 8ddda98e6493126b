package payment

// SetPage makes the pages of the ledger small, so that a test sees several.
func (s *SandboxClient) SetPage(n int) { s.page = n }
