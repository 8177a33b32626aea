"""The catalogue that an applicant keeps of its own products, materials and suppliers."""
