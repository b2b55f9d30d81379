"""The memory: SQL statements over one schema. Errors of the database leave this room as StoreError."""
