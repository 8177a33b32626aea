"""Database triggers for columns that must not change once they say something."""

import pgtrigger


def frozen(name: str, *columns: str, when: str = "") -> pgtrigger.Protect:
    """Refuses every update that changes one of `columns`, from SQL too.

    `when` is a condition in SQL on `OLD` from which on the columns are frozen; always by
    default.
    """
    changes = " OR ".join(f'OLD."{c}" IS DISTINCT FROM NEW."{c}"' for c in columns)
    condition = f"(({when}) AND ({changes}))" if when else f"({changes})"
    return pgtrigger.Protect(
        name=name, operation=pgtrigger.Update, condition=pgtrigger.Condition(condition)
    )
