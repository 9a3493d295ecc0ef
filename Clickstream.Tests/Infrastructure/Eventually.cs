using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Clickstream.Tests.Infrastructure;

/// <summary>Waits for something to become true, by looking again and again up to a time limit: tests never sleep and hope.</summary>
static class Eventually
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until the condition holds; fails with its source text if it never does.</summary>
    public static Task TrueAsync(
        Func<bool> condition, TimeSpan? limit = null, [CallerArgumentExpression(nameof(condition))] string text = "") =>
        TrueAsync(() => Task.FromResult(condition()), limit, text);

    /// <inheritdoc cref="TrueAsync(Func{bool}, TimeSpan?, string)"/>
    public static async Task TrueAsync(
        Func<Task<bool>> condition, TimeSpan? limit = null, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > (limit ?? s_limit)) Assert.Fail($"not true within {limit ?? s_limit}: {text}");
            await Task.Delay(s_interval, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until the call neither throws nor gives null, and returns what it gives.</summary>
    public static async Task<T> GetAsync<T>(
        Func<Task<T?>> get, TimeSpan? limit = null, [CallerArgumentExpression(nameof(get))] string text = "")
        where T : class
    {
        T? result = null;
        Exception? last = null;
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                result = await get();
                last = null;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                last = e;
            }

            if (result is not null) return result;
            if (watch.Elapsed > (limit ?? s_limit)) Assert.Fail($"nothing within {limit ?? s_limit}: {text}; last error: {last?.Message ?? "none"}");
            await Task.Delay(s_interval, TestContext.Current.CancellationToken);
        }
    }
}
