"""Events of complaints."""
