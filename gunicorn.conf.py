"""What the web server writes down of a request, wherever it is started: gunicorn reads this file.

The path without what was asked, and no page one came from: a search is in neither.
"""

access_log_format = '%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(b)s "%(a)s"'
