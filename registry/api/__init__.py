"""The open API: for programs of procurement, of invoices, of chambers, and for everybody."""
