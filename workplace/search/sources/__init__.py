"""Everything that can be found, by kind."""

from . import control, people, public, stages

SOURCES = {
    source.kind: source
    for source in (*stages.SOURCES, *public.SOURCES, *people.SOURCES, *control.SOURCES)
}
