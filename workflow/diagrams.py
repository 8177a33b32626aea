"""State diagrams in the rooms' READMEs, made from the transition tables."""

import re

from .transitions import Workflow


def with_diagram(text: str, workflow: Workflow) -> str:
    """`text` with the diagram of `workflow` between its two markers brought up to date."""
    begin, end = f"<!-- diagram {workflow.name} -->", "<!-- end of diagram -->"
    fresh = f"{begin}\n```mermaid\n{workflow.mermaid()}\n```\n{end}"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"no place for the diagram of {workflow.name}")
    return pattern.sub(lambda _match: fresh, text)
