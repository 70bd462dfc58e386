"""The store: record files as the truth, a DuckDB database to ask, a published copy to share.

    journal.append       writes values to the record files, on disk when it returns
    sync.sync            brings the database up to the record files
    read                 named questions
    user_query.run_query a user's own SQL, read-only and confined
    publish.publish      a copy for notebooks and BI programs
    rebuild.rebuild      the database anew, from the record files

Nothing outside this package opens DuckDB.
"""
