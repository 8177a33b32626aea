"""Pages of the rules of origin: public ones, and the desk of the Committee."""
