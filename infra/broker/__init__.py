"""The embedded broker: one node, the Kafka wire protocol, record batches kept in SQLite.

    main     the process: arguments, signals, exit codes
    server   connections: frames in, answers out, in order
    wire     the codec: which calls are served, in which versions
    produce fetch admin coordination     what each call does
    groups   consumer groups, a state machine without I/O
    log      topics, partitions, producers in memory; what is appended, what is durable
    commits  group commit: many appends, one fsync
    storage  the SQLite file and the folder's lock
    records  the header of a record batch

Rules: nothing is acknowledged or served before it is durable; offsets have no gap; stamps never
go back.
"""
