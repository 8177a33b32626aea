"""The page of a case: the whole story of both stages, the certificate and control."""
