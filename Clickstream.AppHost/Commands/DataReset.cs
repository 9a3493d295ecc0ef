using Clickstream.Core.Errors;

namespace Clickstream.AppHost.Commands;

/// <summary>Deletes all data while nobody works on them.</summary>
static class DataReset
{
    /// <summary>Stops the workers one after the other, deletes, and starts them again, whatever came of it.</summary>
    /// <param name="workers">What reads the topic and stores.</param>
    /// <param name="nameOf">A worker's name, for the error.</param>
    /// <param name="stop">Stops a worker; false where it did not stop.</param>
    /// <param name="start">Starts it again.</param>
    /// <param name="delete">Deletes the data.</param>
    /// <returns>What came of the deletion.</returns>
    /// <exception cref="ClickstreamException">A worker did not stop, so nothing was deleted.</exception>
    public static async Task<CommandResult> RunAsync<T>(
        IReadOnlyList<T> workers, Func<T, string> nameOf, Func<T, Task<bool>> stop, Func<T, Task> start, Func<Task<CommandResult>> delete)
    {
        try
        {
            foreach (var worker in workers)
            {
                if (!await stop(worker))
                    throw new ClickstreamException(ExitCode.Unavailable, $"{nameOf(worker)} could not be stopped, so nothing was deleted");
            }
            return await delete();
        }
        finally
        {
            foreach (var worker in workers)
                await start(worker);
        }
    }
}
