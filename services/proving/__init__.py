"""The proof of a template: its options as rows, and what each row's application is put through.

`factors` → `covering` → `rows` say what is tried, `checks/` what is looked at, `prove` runs it, `results` keeps it.
"""
