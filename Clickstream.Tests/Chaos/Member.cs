using System.Globalization;
using Clickstream.Tests.EndToEnd;
using Clickstream.Tests.Infrastructure;
using Npgsql;

namespace Clickstream.Tests.Chaos;

/// <summary>A consumer as a process, with a proxy of its own between it and PostgreSQL.</summary>
sealed class Member : IAsyncDisposable
{
    const string Consuming = ": consuming ";
    const string Lost = ": lost: ";

    static readonly int s_stop = OperatingSystem.IsMacOS() ? 17 : 19;
    static readonly int s_continue = OperatingSystem.IsMacOS() ? 19 : 18;

    Member(string name, TcpProxy proxy, ChildProcess process)
    {
        Name = name;
        Proxy = proxy;
        Process = process;
    }

    public string Name { get; }

    public TcpProxy Proxy { get; }

    public ChildProcess Process { get; }

    public bool IsFrozen { get; private set; }

    /// <summary>The partitions it has, as its log says.</summary>
    public IReadOnlySet<int> Partitions
    {
        get
        {
            var partitions = new HashSet<int>();
            foreach (var line in Process.ErrorLines)
            {
                if (Find(line, Consuming) is not null)
                    partitions.Clear();
                else if (Find(line, ": assigned: ") is { } assigned)
                    partitions.UnionWith(Numbers(assigned));
                else if ((Find(line, ": revoked: ") ?? Find(line, Lost)) is { } gone)
                    partitions.ExceptWith(Numbers(gone));
            }
            return partitions;
        }
    }

    /// <summary>How often it had to start over: it lost its partitions, or began another life of its client.</summary>
    public int Losses => Process.ErrorLines.Count(static line => Find(line, Consuming) is not null || Find(line, Lost) is not null);

    /// <summary>Starts a consumer of the pipeline.</summary>
    public static Member Start(string name, PipelineHarness pipeline, string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var proxy = new TcpProxy(settings.Port);
        settings.Port = proxy.Port;
        settings.SslMode = SslMode.Disable;
        return new Member(name, proxy, pipeline.StartConsumer(settings.ConnectionString));
    }

    /// <summary>Stops all of it where it is, as if its machine had lost power for a while: SIGSTOP.</summary>
    public void Freeze()
    {
        IsFrozen = true;
        Process.Signal(s_stop);
    }

    /// <summary>Lets it go on from there: SIGCONT.</summary>
    public void Thaw()
    {
        IsFrozen = false;
        Process.Signal(s_continue);
    }

    /// <summary>The process is the pipeline's to dispose of.</summary>
    public ValueTask DisposeAsync() => Proxy.DisposeAsync();

    public override string ToString() => Name;

    static string? Find(string line, string mark) =>
        line.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at ? line[(at + mark.Length)..] : null;

    static IEnumerable<int> Numbers(string list) =>
        list.Split(';')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static text => int.Parse(text, CultureInfo.InvariantCulture));
}
