"""Commands of stage one: filing (applicant), examining (expert organisation), signing (auditor)."""
