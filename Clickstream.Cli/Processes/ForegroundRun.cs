using Clickstream.Core.Errors;

namespace Clickstream.Cli.Processes;

/// <summary>
/// A command that works with a topic and a schema of its own until it is done, once at a time in a data folder. It uses the
/// infrastructure that runs; what does not run it starts, and stops when it ends.
/// </summary>
static class ForegroundRun
{
    /// <summary>Runs it.</summary>
    /// <param name="context">The command's.</param>
    /// <param name="name">The command's name, such as <c>demo</c>.</param>
    /// <param name="needed">The parts that must run; none where all servers are elsewhere.</param>
    /// <param name="wanted">The parts that are started where none runs.</param>
    /// <param name="work">What it does.</param>
    public static async Task<ExitCode> RunAsync(
        CommandContext context, string name, IReadOnlyList<string> needed, IReadOnlyList<string> wanted, Func<RunningServices, Task<ExitCode>> work)
    {
        context.Folder.Create();
        using var only = Lock(context.Folder, name);
        var ownsInfrastructure = false;
        await using var services = new RunningServices(context);
        try
        {
            if (!InfrastructureStart.IsUp(context, needed))
            {
                ownsInfrastructure = true;
                var owner = new ForegroundCommand(ProcessIdentity.Of(Environment.ProcessId, "clickstream")!, $"clickstream {name}");
                new ServicesFile { Owner = owner }.Save(context.Folder);
                await InfrastructureStart.RunAsync(context, services, wanted, isAttached: true);
            }
            return await work(services);
        }
        finally
        {
            await services.DisposeAsync();
            if (ownsInfrastructure)
                ServicesFile.Delete(context.Folder);
        }
    }

    static FileStream Lock(DataDirectory folder, string name)
    {
        var path = folder.LockFile(name);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new ClickstreamException(ExitCode.DataFolder,
                $"a {name} runs in data folder {folder.Path} already; end that first, or choose another folder with --data-dir", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw folder.NotWritable(e);
        }
    }
}
