using Clickstream.Core.Errors;

namespace Clickstream.AppHost.Commands;

/// <summary>Deletes all data while nobody works on them.</summary>
static class DataReset
{
    /// <summary>Stops the workers one after the other, deletes, and starts them again, whatever came of it.</summary>
    /// <param name="workers">What reads the topic and stores.</param>
    /// <param name="nameOf">A worker's name, for the error.</param>
    /// <param name="stop">Stops a worker; false where it did not stop.</param>
    /// <param name="start">Starts it again; false where it did not start.</param>
    /// <param name="delete">Deletes the data.</param>
    /// <returns>What came of the deletion.</returns>
    /// <exception cref="ClickstreamException">A worker did not stop, so nothing was deleted; or one did not start again.</exception>
    public static async Task<CommandResult> RunAsync<T>(
        IReadOnlyList<T> workers, Func<T, string> nameOf, Func<T, Task<bool>> stop, Func<T, Task<bool>> start, Func<Task<CommandResult>> delete)
    {
        CommandResult result;
        try
        {
            foreach (var worker in workers)
            {
                if (!await stop(worker))
                    throw new ClickstreamException(ExitCode.Unavailable, $"{nameOf(worker)} could not be stopped, so nothing was deleted");
            }
            result = await delete();
        }
        catch
        {
            // Why nothing was deleted is what counts then.
            await StartAsync();
            throw;
        }
        if (await StartAsync() is [_, ..] down)
            throw new ClickstreamException(ExitCode.Unavailable, $"{result.Summary}; {string.Join(", ", down)} could not be started again");
        return result;

        async Task<List<string>> StartAsync()
        {
            var down = new List<string>();
            foreach (var worker in workers)
            {
                if (!await start(worker))
                    down.Add(nameOf(worker));
            }
            return down;
        }
    }
}
