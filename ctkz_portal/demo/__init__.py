"""The demo: invented people and cases, and one application driven through the whole cycle."""
