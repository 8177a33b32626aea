"""The work basket of each role: what waits for whom, each thing in one place, honestly counted."""
