namespace Clickstream.Local.PostgreSql;

/// <summary>
/// The server's settings, written into the cluster at each start. They suit a load of large COPYs on a small machine, and
/// leave every guarantee of durability as it is.
/// </summary>
static class PostgreSqlSettings
{
    public const string FileName = "clickstream.conf";

    /// <summary>The end of <c>postgresql.conf</c>; a user's own settings go below it.</summary>
    public const string Include = $"""

        # Clickstream's settings. What you write below this line wins.
        include '{FileName}'

        """;

    public static string Text(bool hasLz4) => $"""
        # Written by Clickstream.Local at each start: changes here are lost. Your own go to the end of postgresql.conf.

        # Port and address come with the command line. No socket file outside the data folder.
        unix_socket_directories = ''
        max_connections = 100
        password_encryption = 'scram-sha-256'

        # An acknowledged commit is on disk. These are the defaults, named because everything here relies on them.
        fsync = on
        synchronous_commit = on
        full_page_writes = on

        # Memory for a laptop: the working set is the newest events and sessions, the system caches the rest.
        shared_buffers = '256MB'
        effective_cache_size = '2GB'
        # Recomputing sessions sorts all events by visitor.
        work_mem = '32MB'
        # Index builds and vacuum.
        maintenance_work_mem = '128MB'
        # One batch of 50,000 events writes about 10 MB of log; the default would be written out in small pieces.
        wal_buffers = '16MB'

        # No replica reads the log, so it carries only what crash recovery needs.
        wal_level = minimal
        max_wal_senders = 0
        # Checkpoints by size rather than by time, far apart: each one makes the next change to a page log the whole page.
        max_wal_size = '2GB'
        min_wal_size = '256MB'
        checkpoint_timeout = '15min'
        checkpoint_completion_target = 0.9
        # Whole pages in the log compress well, and the fast method costs next to nothing.
        wal_compression = {(hasLz4 ? "lz4" : "on")}

        # Sessions are updated all the time: clean up early and often instead of late and long.
        autovacuum = on
        autovacuum_naptime = '15s'
        autovacuum_max_workers = 2
        autovacuum_vacuum_scale_factor = 0.1
        autovacuum_analyze_scale_factor = 0.05

        # Disks without a head to move, and few cores: no compiling of queries that take milliseconds.
        random_page_cost = 1.1
        jit = off

        # The log is a file that Clickstream.Local opens. No statement goes there but one that failed.
        logging_collector = off
        log_destination = 'stderr'
        log_line_prefix = '%m [%p] '
        log_checkpoints = off
        log_statement = 'none'
        # Messages that programs can look into.
        lc_messages = 'C'

        """;
}
