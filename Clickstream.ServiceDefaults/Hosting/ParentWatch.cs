using Microsoft.Extensions.Hosting;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// Stops the host when standard input ends: the parent holds the other end of the pipe, so this happens however the parent dies.
/// </summary>
sealed class ParentWatch(IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A thread of its own: a read of standard input blocks and cannot be cancelled.
        new Thread(WaitForEnd) { IsBackground = true, Name = "parent watch" }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void WaitForEnd()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[64];
        try
        {
            while (input.Read(ignored) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A broken pipe is an end, too.
        }
        lifetime.StopApplication();
    }
}
