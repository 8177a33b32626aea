"""Pages: the public register, the auditor's own page, the Committee's desk."""
