"""Pages of the grey market: reports and open data for everybody, the desk of the Committee."""
