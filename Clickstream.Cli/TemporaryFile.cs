using Clickstream.Core.Events;
using Clickstream.Local;
using static System.FormattableString;

namespace Clickstream.Cli;

/// <summary>A generated file for the length of a command, in the data folder.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="DistinctRows">Its distinct rows, counted from the events themselves.</param>
sealed record TemporaryFile(string Path, long DistinctRows) : IDisposable
{
    /// <summary>Makes it.</summary>
    /// <param name="context">The command's.</param>
    /// <param name="command">The command's name: what a killed one has left is removed.</param>
    /// <param name="events">How many rows.</param>
    /// <param name="seed">Which events.</param>
    public static Task<TemporaryFile> MakeAsync(CommandContext context, string command, long events, long seed) =>
        context.Terminal.StepAsync(Invariant($"Making a file of {events:N0} events"), async () =>
        {
            PrivateDirectory.Create(context.Folder.Temporary);
            foreach (var old in Directory.EnumerateFiles(context.Folder.Temporary, $"{command}-*"))
                File.Delete(old);
            var path = System.IO.Path.Combine(context.Folder.Temporary, Invariant($"{command}-{events}-{seed}.csv"));
            try
            {
                await EventFile.WriteAsync(path, events, seed, static _ => { }, context.Stop);
            }
            catch (IOException e)
            {
                throw context.Folder.NotWritable(e);
            }
            try
            {
                var distinct = new DistinctEvents();
                foreach (var e in RetailGenerator.Generate(events, seed))
                {
                    context.Stop.ThrowIfCancellationRequested();
                    distinct.Add(e);
                }
                return new TemporaryFile(path, distinct.Count);
            }
            catch
            {
                File.Delete(path);
                throw;
            }
        });

    public void Dispose() => File.Delete(Path);
}
