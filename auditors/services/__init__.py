"""Commands of the register: applying, admitting, testing, deciding, declaring."""
